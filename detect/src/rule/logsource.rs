//! Which events a `logsource` means.

use content::tree::Node;

use crate::diagnostic::{Refusal, nearest};
use crate::kind::{Kind, Kinds};

/// A rule's `logsource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// `linux`, or none.
    pub product: Option<String>,
    /// `process_creation`, an event's name, or none.
    pub category: Option<String>,
    /// `auditd`, or none.
    pub service: Option<String>,
}

/// Sigma's categories and their events.
const CATEGORIES: [(&str, &str); 13] = [
    ("process_creation", "process_exec"),
    ("process_termination", "process_exit"),
    ("file_event", "file_create file_write file_rename file_symlink file_link"),
    ("file_access", "file_open"),
    ("file_change", "file_write file_truncate file_chmod file_chown"),
    ("file_delete", "file_unlink"),
    ("file_rename", "file_rename"),
    ("network_connection", "network_connect network_send network_accept"),
    ("dns", "dns_query"),
    ("driver_load", "module_load"),
    ("file", "file_*"),
    ("network", "network_* tls_client_hello"),
    ("any", "*"),
];

impl LogSource {
    /// Reads the `logsource` of a rule.
    pub fn read(node: &Node) -> Result<Self, Refusal> {
        let mut source = Self::default();
        for entry in node.entries() {
            let slot = match entry.key.as_str() {
                "product" => &mut source.product,
                "category" => &mut source.category,
                "service" => &mut source.service,
                // `definition` and custom keys are for people.
                _ => continue,
            };
            *slot = entry.value.scalar().map(|text| text.to_ascii_lowercase());
        }
        if source == Self::default() {
            let hint = "write `logsource:` with `product: linux` and a `category`";
            return Err(Refusal::new((node.line, node.column), "the logsource is empty", hint));
        }
        Ok(source)
    }

    /// It speaks auditd's words.
    pub fn is_audit(&self) -> bool {
        self.service.as_deref() == Some("auditd")
    }

    /// The events it means, or why there are none.
    pub fn kinds(&self, at: (u32, u32)) -> Result<Kinds, Refusal> {
        if let Some(product) = self.product.as_deref().filter(|name| *name != "linux") {
            let message = format!("product `{product}` is not recorded on this host");
            return Err(Refusal::new(at, message, "only `product: linux` rules can match here"));
        }
        match (&self.category, self.service.as_deref()) {
            (Some(category), None) => category_kinds(category, at),
            (None, None | Some("auditd")) => Ok(Kinds::ALL),
            (Some(category), Some("auditd")) => category_kinds(category, at),
            (_, Some(service)) => {
                let message = format!("the log of service `{service}` is not recorded");
                let hint = "rules can look at kernel events (a `category`) and, in its words, `service: auditd`";
                Err(Refusal::new(at, message, hint))
            }
        }
    }

    /// A filter with this logsource speaks about rules with `other`.
    pub fn covers(&self, other: &Self) -> bool {
        let fits =
            |mine: &Option<String>, theirs: &Option<String>| mine.is_none() || mine == theirs;
        fits(&self.product, &other.product)
            && fits(&self.category, &other.category)
            && fits(&self.service, &other.service)
    }
}

fn category_kinds(category: &str, at: (u32, u32)) -> Result<Kinds, Refusal> {
    let known = CATEGORIES.iter().find(|(name, _)| *name == category);
    let kinds = Kinds::named(known.map_or(category, |(_, events)| events));
    if !kinds.is_empty() && !category.ends_with('*') {
        return Ok(kinds);
    }
    let names = CATEGORIES.iter().map(|(name, _)| *name).chain(Kinds::ALL.iter().map(Kind::name));
    let hint = match nearest(category, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "detect/README.md lists the categories and events".into(),
    };
    Err(Refusal::new(at, format!("category `{category}` is not recorded"), hint))
}
