//! What there is to say in a few words of models, their servers and tools: what, where from, how large, when, for whom.

use event::show::{brief, plain};
use event::{
    Container, ContainerForm, Dataset, Exposure, Extension, Model, ModelServer, Package, Service,
    VectorStore,
};

use crate::numbers::bytes;

pub fn package(package: &Package, version: &str) -> String {
    format!("{} {}, {}", package.role.say(), version, plain(&package.because))
}

pub fn service(service: &Service) -> String {
    let when = match &*service.when {
        "" => "never by itself".into(),
        when => plain(when).into_owned(),
    };
    let account = match &*service.account {
        "" => String::new(),
        account => format!(" as {}", plain(account)),
    };
    let unasked = match service.bypasses.as_slice() {
        [] => String::new(),
        all => format!(", unasked by {}", brief(&all.join(" "), 50)),
    };
    let open = match &service.listens {
        Some(by) => format!(", open to the network by {}", brief(by, 40)),
        None => String::new(),
    };
    format!("{}, {when}{account}{unasked}{open}: {}", service.role.say(), brief(&service.runs, 80))
}

pub fn model(model: &Model) -> String {
    let family = model.architecture.as_deref().map(|it| format!(" {}", plain(it)));
    let revision = model.revision.as_deref().map(|it| format!(", revision {}", brief(it, 12)));
    let code = if model.runs_code { ", runs code when it is loaded" } else { "" };
    format!(
        "{}{}, {}{}{code}",
        plain(&model.format),
        family.unwrap_or_default(),
        size(model.bytes, model.files),
        revision.unwrap_or_default()
    )
}

pub fn dataset(dataset: &Dataset) -> String {
    let revision = dataset.revision.as_deref().map(|it| format!(", revision {}", brief(it, 12)));
    format!(
        "{}, {}{}",
        plain(&dataset.format),
        size(dataset.bytes, dataset.files),
        revision.unwrap_or_default()
    )
}

fn size(total: u64, files: u32) -> String {
    match files {
        0 | 1 => bytes(total),
        files => format!("{} in {files} files", bytes(total)),
    }
}

pub fn vector_store(store: &VectorStore) -> String {
    let collections = match store.collections.as_slice() {
        [] => String::new(),
        all => format!(": {}", brief(&all.join(", "), 60)),
    };
    format!("{}, {}{collections}", plain(&store.engine), bytes(store.bytes))
}

pub fn container(container: &Container) -> String {
    let form = match container.form {
        ContainerForm::Image => "image",
        ContainerForm::Container => "container",
    };
    let list = |title: &str, all: &[event::Text]| match all {
        [] => String::new(),
        all => format!(", {title} {}", brief(&all.join(" "), 60)),
    };
    format!(
        "{form}, {} from {}{}{}",
        container.role.say(),
        brief(&container.image, 60),
        list("keys:", &container.keys),
        list("holds the host by", &container.opens)
    )
}

pub fn model_server(server: &ModelServer) -> String {
    let open = match server.exposure {
        Exposure::Loopback => "this host alone",
        Exposure::Network => "open to the network",
    };
    let models = match server.models.as_slice() {
        [] => "no models told".into(),
        all => brief(&all.join(", "), 80),
    };
    format!("{}, {open}: {models}", plain(&server.address))
}

pub fn listener(listener: &event::Listener) -> String {
    let open = match listener.exposure {
        Exposure::Loopback => "this host alone",
        Exposure::Network => "open to the network",
    };
    format!("{} at {}, {open}", listener.role.say(), plain(&listener.address))
}

pub fn extension(extension: &Extension, version: &str) -> String {
    let list = |title: &str, all: &[event::Text]| match all {
        [] => String::new(),
        all => format!(", {title} {}", brief(&all.join(" "), 60)),
    };
    let name = plain(&extension.extension);
    format!(
        "{name} {version}, in {}{}{}",
        plain(&extension.editor),
        list("may", &extension.permissions),
        list("on", &extension.hosts)
    )
}
