//! What listens on this host: servers of models are told.

use std::path::Path;

use event::{Text, What};

use super::Looking;
use crate::join::Origin;
use crate::listening::Heard;

impl Looking<'_> {
    pub(super) fn listening(&mut self, heard: &Heard) {
        for (table, why) in heard.unsure() {
            self.builder.unsure(Path::new(table), why.as_str());
        }
        for server in heard.servers(self.products.programs()) {
            let name = self.products.programs().iter().find(|it| it.id == server.program);
            let name: Text = name.map_or_else(|| server.program.clone(), |it| it.name.clone());
            let place = format!("tcp://{}", server.address);
            let origin = Origin { owner: &"".into(), project: None, path: Path::new(&place) };
            let program = server.program.clone();
            self.builder.asset(&program, origin, 0, &name, What::ModelServer(server));
        }
    }
}
