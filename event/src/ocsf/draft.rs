//! An export in the making: the attributes of a class, what has no home, and the profiles used.

use serde_json::{Map, Value, json};

use super::class::{Activity, Class};
use super::object::agent;
use super::{Device, Version};
use crate::{Actor, Caveats, SCHEMA_VERSION, Severity};

/// Name of the product in `metadata.product`, and of its key in `unmapped`.
pub(super) const PRODUCT: &str = "Chaperone";
pub(super) const KEY: &str = "chaperone";

/// An export in the making.
pub(super) struct Draft<'a> {
    pub host: &'a Device,
    pub version: Version,
    root: Map<String, Value>,
    metadata: Map<String, Value>,
    unmapped: Map<String, Value>,
    profiles: Vec<&'static str>,
}

impl<'a> Draft<'a> {
    /// A draft about `host` at `time_unix_ns`.
    pub fn new(time_unix_ns: u64, host: &'a Device, version: Version) -> Self {
        let mut draft = Self {
            host,
            version,
            root: Map::new(),
            metadata: Map::new(),
            unmapped: Map::new(),
            profiles: vec!["host"],
        };
        draft.set("time", time_unix_ns / 1_000_000);
        draft.set("device", host.object());
        draft.keep("time_unix_ns", time_unix_ns);
        draft.keep("schema", SCHEMA_VERSION);
        draft
    }

    /// An attribute of the class.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.root.insert(key.into(), value.into());
    }

    /// An attribute of `metadata`.
    pub fn note(&mut self, key: &str, value: impl Into<Value>) {
        self.metadata.insert(key.into(), value.into());
    }

    /// What OCSF has no attribute for.
    pub fn keep(&mut self, key: &str, value: impl Into<Value>) {
        self.unmapped.insert(key.into(), value.into());
    }

    /// `value` for an attribute of type `long_t`; what is beyond it is kept whole under `key`.
    pub fn long(&mut self, key: &str, value: u64) -> Value {
        i64::try_from(value).map_or_else(
            |_| {
                self.keep(key, value);
                json!(i64::MAX)
            },
            Value::from,
        )
    }

    /// Attributes of this profile are used.
    pub fn profile(&mut self, profile: &'static str) {
        if !self.profiles.contains(&profile) {
            self.profiles.push(profile);
        }
    }

    /// How it went: `error` is an error number, 0 success.
    pub fn outcome(&mut self, error: i32, caveats: Caveats) {
        const IN_PROGRESS: i32 = 115;
        let (status_id, status) = match error {
            0 if caveats.contains(Caveats::FAILED) => (2, "Failure"),
            0 => (1, "Success"),
            IN_PROGRESS => (99, "In Progress"),
            _ => (2, "Failure"),
        };
        self.set("status_id", status_id);
        self.set("status", status);
        if error != 0 {
            self.set("status_code", error.to_string());
        }
    }

    /// The agent, session and tool call an act belongs to.
    pub fn actor(&mut self, actor: &Actor) {
        self.agent(agent::of_actor(actor));
        self.attribution(actor);
    }

    /// The same for a class that has no place for an agent.
    pub fn actor_aside(&mut self, actor: &Actor) {
        self.keep("ai_agent", agent::of_actor(actor));
        self.attribution(actor);
    }

    /// The `ai_agent` object of an activity.
    pub fn agent(&mut self, agent: Value) {
        if self.version.has_agents() {
            self.profile("ai_operation");
            self.set("ai_agent", agent);
        } else {
            self.keep("ai_agent", agent);
        }
    }

    /// What OCSF has no words for in an attribution; agent and session are in `ai_agent`.
    pub fn attribution(&mut self, actor: &Actor) {
        let call = actor.tool_call.map(|call| call.to_string());
        let mut attribution = Map::new();
        attribution.insert("basis".into(), json!(actor.basis));
        attribution.insert("kind".into(), json!(actor.kind));
        attribution.insert("workspace".into(), json!(&*actor.workspace));
        if let Some(call) = &call {
            attribution.insert("tool_call".into(), json!(call));
        }
        if let Some(root) = actor.tool_root {
            attribution.insert("tool_root".into(), json!(root.to_string()));
        }
        self.keep("attribution", Value::Object(attribution));
        self.note("correlation_uid", call.unwrap_or_else(|| actor.session.to_string()));
    }

    /// The finished event.
    pub fn finish(
        mut self,
        class: &Class,
        activity: Activity,
        severity: Severity,
        message: String,
    ) -> Value {
        self.set("class_uid", class.uid);
        self.set("class_name", class.caption);
        self.set("category_uid", class.category_uid());
        self.set("activity_id", activity.0);
        self.set("activity_name", activity.1);
        self.set("type_uid", u64::from(class.uid) * 100 + u64::from(activity.0));
        let (severity_id, caption) = severity_of(severity);
        self.set("severity_id", severity_id);
        self.set("severity", caption);
        self.set("message", message);
        let metadata = self.finish_metadata();
        self.set("metadata", metadata);
        let mut unmapped = Map::new();
        unmapped.insert(KEY.into(), Value::Object(std::mem::take(&mut self.unmapped)));
        self.set("unmapped", Value::Object(unmapped));
        Value::Object(self.root)
    }

    fn finish_metadata(&mut self) -> Value {
        let mut metadata = std::mem::take(&mut self.metadata);
        metadata.insert("version".into(), json!(self.version.as_str()));
        metadata.insert("product".into(), product());
        if self.profiles.contains(&"linux/linux_users") {
            let linux = json!([{ "name": "linux", "uid": "1", "version": self.version.as_str() }]);
            metadata.insert("extensions".into(), linux);
        }
        metadata.insert("profiles".into(), json!(self.profiles));
        metadata.insert("log_name".into(), json!(KEY));
        Value::Object(metadata)
    }
}

/// The `product` object that speaks.
pub(super) fn product() -> Value {
    json!({ "name": PRODUCT, "vendor_name": PRODUCT, "version": env!("CARGO_PKG_VERSION") })
}

fn severity_of(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}
