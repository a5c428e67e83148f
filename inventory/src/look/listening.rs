//! What listens on this host: servers of models are told.

use std::fs;
use std::path::Path;

use event::{Text, What};

use super::Looking;
use crate::join::Origin;
use crate::listening::{Listener, listeners, servers};

impl Looking<'_> {
    pub(super) fn listening(&mut self) {
        let mut all: Vec<Listener> = Vec::new();
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            match fs::read_to_string(table) {
                Ok(text) => all.extend(listeners(&text)),
                // A kernel without the newer addresses has no table of them.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => self.builder.unsure(Path::new(table), error.to_string()),
            }
        }
        for server in servers(self.products.programs(), &all) {
            let name = self.products.programs().iter().find(|it| it.id == server.program);
            let name: Text = name.map_or_else(|| server.program.clone(), |it| it.name.clone());
            let place = format!("tcp://{}", server.address);
            let origin = Origin { owner: &"".into(), project: None, path: Path::new(&place) };
            let program = server.program.clone();
            self.builder.asset(&program, origin, 0, &name, What::ModelServer(server));
        }
    }
}
