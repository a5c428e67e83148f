//! Images and containers on the disk of Docker and of what shares Podman's storage: those with a program of the tables, and containers
//! that are given keys of models. Of variables only names are kept.

use event::{Container, ContainerForm, Role, Text};
use serde_json::Value;

use crate::product::{Products, Program};

/// One that is worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: Text,
    /// What it is.
    pub container: Container,
}

/// The program of containers that only ask a model.
const ASKS: &str = "models";
/// Most entries of one list.
const MOST: usize = 20_000;
/// Files and folders that are the host.
const SOCKETS: &[&str] = &["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];

/// Docker's `repositories.json`: names of images and what they stand for.
pub fn docker_images(products: &Products, text: &str) -> Result<Vec<Found>, String> {
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let repositories = list.get("Repositories").and_then(Value::as_object);
    let names = repositories.into_iter().flatten().filter_map(|(_, names)| names.as_object());
    let names = names.flatten().take(MOST);
    // By digest the same image stands there once more.
    let tagged = names.filter(|(name, _)| !name.contains('@'));
    Ok(tagged.filter_map(|(name, id)| image(products, name, id.as_str())).collect())
}

/// Podman's `images.json`.
pub fn storage_images(products: &Products, text: &str) -> Result<Vec<Found>, String> {
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let images = list.as_array().into_iter().flatten().take(MOST);
    let found = images.flat_map(|one| {
        let digest = one.get("digest").and_then(Value::as_str);
        texts(one.get("names")).filter_map(move |name| image(products, name, digest))
    });
    Ok(found.collect())
}

fn image(products: &Products, name: &str, digest: Option<&str>) -> Option<Found> {
    let program = program(products, name)?;
    let container = Container {
        form: ContainerForm::Image,
        role: program.is,
        program: program.id.clone(),
        image: name.into(),
        image_digest: digest.map(Text::from),
        ..Container::default()
    };
    Some(Found { name: name.into(), container })
}

/// Docker's `config.v2.json`, and its `hostconfig.json` where that could be read.
pub fn docker_container(
    products: &Products,
    config: &str,
    host: Option<&str>,
) -> Result<Option<Found>, String> {
    let of: Value = serde_json::from_str(config).map_err(|error| error.to_string())?;
    let host: Value = host.and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    let given = of.get("Config");
    let image = given.and_then(|it| it.get("Image")?.as_str()).unwrap_or_default();
    let keys = keys(products, texts(given.and_then(|it| it.get("Env"))));
    let mut opens = Vec::new();
    if host.get("Privileged").and_then(Value::as_bool) == Some(true) {
        opens.push(Text::from("privileged"));
    }
    let binds = texts(host.get("Binds")).filter_map(|bind| bind.split(':').next());
    let points = of.get("MountPoints").and_then(Value::as_object).into_iter().flatten();
    let points = points.filter_map(|(_, point)| point.get("Source")?.as_str());
    opens.extend(binds.chain(points).filter(|it| is_host(it)).map(Text::from));
    opens.sort();
    opens.dedup();
    let name = of.get("Name").and_then(Value::as_str).unwrap_or_default();
    let id = of.get("Image").and_then(Value::as_str);
    let mut found = container(products, name.trim_start_matches('/'), image, id, keys, opens);
    if let Some(found) = &mut found {
        found.container.publishes = publishes(&host);
    }
    Ok(found)
}

/// Addresses of the host that lead into a container, the loopback left out.
fn publishes(host: &Value) -> Vec<Text> {
    if host.get("NetworkMode").and_then(Value::as_str) == Some("host") {
        return vec!["every port it opens (network of the host)".into()];
    }
    let ports = host.get("PortBindings").and_then(Value::as_object).into_iter().flatten();
    let bindings = ports.filter_map(|(_, all)| all.as_array()).flatten().take(MOST);
    let address = |one: &Value| {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (ip, port) = (text("HostIp"), text("HostPort"));
        let loopback = ip.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let ip = if ip.is_empty() { "0.0.0.0" } else { ip.as_str() };
        (!loopback).then(|| Text::from(format!("{ip}:{port}")))
    };
    let mut addresses: Vec<Text> = bindings.filter_map(address).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// A container of Podman's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its id: the folder of its settings is called so.
    pub id: String,
    name: String,
    image: String,
    image_id: Option<String>,
}

/// Podman's `containers.json`.
pub fn storage_containers(text: &str) -> Result<Vec<Listed>, String> {
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let containers = list.as_array().into_iter().flatten().take(MOST);
    let listed = containers.filter_map(|one| {
        let text = |key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
        let more = text("metadata").and_then(|it| serde_json::from_str::<Value>(&it).ok());
        let more = |key: &str| more.as_ref()?.get(key)?.as_str().map(str::to_owned);
        let id = text("id").filter(|it| it.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
        let first = texts(one.get("names")).next().map(str::to_owned);
        Some(Listed {
            name: first.or_else(|| more("name")).unwrap_or_else(|| id.clone()),
            image: more("image-name").unwrap_or_default(),
            image_id: text("image"),
            id,
        })
    });
    Ok(listed.collect())
}

/// One of those, with its settings (`config.json` of the OCI) where they could be read.
pub fn storage_container(
    products: &Products,
    listed: &Listed,
    config: Option<&str>,
) -> Option<Found> {
    let config: Value = config.and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    let keys = keys(products, texts(config.get("process").and_then(|it| it.get("env"))));
    let mounts = config.get("mounts").and_then(Value::as_array).into_iter().flatten();
    let mounts = mounts.filter_map(|it| it.get("source")?.as_str()).filter(|it| is_host(it));
    let opens = mounts.map(Text::from).collect();
    container(products, &listed.name, &listed.image, listed.image_id.as_deref(), keys, opens)
}

fn container(
    products: &Products,
    name: &str,
    image: &str,
    id: Option<&str>,
    keys: Vec<Text>,
    opens: Vec<Text>,
) -> Option<Found> {
    let (program, role): (Text, Role) = match program(products, image) {
        Some(program) => (program.id.clone(), program.is),
        None if keys.is_empty() => return None,
        None => (ASKS.into(), Role::Sdk),
    };
    let container = Container {
        form: ContainerForm::Container,
        role,
        program,
        image: image.into(),
        image_digest: id.map(Text::from),
        keys,
        opens,
        publishes: Vec::new(),
    };
    Some(Found { name: name.into(), container })
}

fn program<'p>(products: &'p Products, image: &str) -> Option<&'p Program> {
    products.programs().iter().find(|program| program.is_image(image))
}

/// Names of variables with keys of models.
fn keys<'v>(products: &Products, variables: impl Iterator<Item = &'v str>) -> Vec<Text> {
    let named =
        variables.filter_map(|it| it.split_once('=')).filter(|(_, value)| !value.is_empty());
    let mut keys: Vec<Text> = named
        .filter(|(name, _)| products.model_keys.iter().any(|key| **key == **name))
        .map(|(name, _)| name.into())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

fn is_host(source: &str) -> bool {
    source == "/" || SOCKETS.iter().any(|socket| source.ends_with(socket))
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().take(MOST).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: impl IntoIterator<Item = Found>) -> Vec<String> {
        let line = |Found { name, container: it }: Found| {
            format!(
                "{name} {} {} [{}] [{}]",
                it.program,
                it.image,
                it.keys.join(" "),
                it.opens.join(" ")
            )
        };
        found.into_iter().map(line).collect()
    }

    #[test]
    fn images_are_known_by_their_names_and_containers_by_their_keys_too() {
        let (products, _) = Products::shipped();
        let images = docker_images(
            &products,
            r#"{"Repositories":{"ollama/ollama":{"ollama/ollama:0.12":"sha256:a","ollama/ollama@sha256:b":"sha256:a"},"nginx":{"nginx:1":"sha256:c"},"x":7}}"#,
        );
        assert_eq!(
            told(images.expect("a list")),
            ["ollama/ollama:0.12 ollama ollama/ollama:0.12 [] []"]
        );
        let one = docker_container(
            &products,
            r#"{"Name":"/shop","Config":{"Image":"shop:1","Env":["OPENAI_API_KEY=plant","PATH=/bin","HF_TOKEN="]}}"#,
            Some(r#"{"Privileged":true,"Binds":["/var/run/docker.sock:/s","/srv:/srv"]}"#),
        );
        assert_eq!(
            told(one.expect("a record")),
            ["shop models shop:1 [OPENAI_API_KEY] [/var/run/docker.sock privileged]"]
        );
        let none =
            docker_container(&products, r#"{"Name":"/db","Config":{"Image":"postgres"}}"#, None);
        assert_eq!(none, Ok(None));
    }

    #[test]
    fn lists_of_podman_are_read_and_others_refused() {
        let (products, _) = Products::shipped();
        let list = storage_containers(
            r#"[{"id":"ab12","names":["tools"],"image":"ff","metadata":"{\"image-name\":\"docker.io/mcp/fetch:latest\"}"},{"id":"../x"}]"#,
        )
        .expect("a list");
        let found = list.iter().filter_map(|it| storage_container(&products, it, None));
        assert_eq!(told(found), ["tools mcp-server docker.io/mcp/fetch:latest [] []"]);
        assert!(storage_containers("{").is_err() && docker_images(&products, "").is_err());
    }
}
