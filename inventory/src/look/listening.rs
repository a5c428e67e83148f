//! What listens on this host: servers of models are told.

use std::path::Path;

use event::{Text, What};

use super::Looking;
use crate::discover::Home;
use crate::join::Origin;
use crate::listening::Heard;

impl Looking<'_> {
    pub(super) fn listening(&mut self, heard: &Heard, homes: &[Home]) {
        for (table, why) in heard.unsure() {
            self.builder.unsure(Path::new(table), why.as_str());
        }
        let servers = heard.servers(self.products.programs());
        for (program, uid, listener) in heard.programs(self.products.programs()) {
            // A server of models that answered says more.
            if servers.iter().any(|it| it.address == listener.address) {
                continue;
            }
            let owner = homes.iter().find(|home| home.uid == uid).map(|home| home.owner.clone());
            let place = format!("tcp://{}", listener.address);
            let owner = owner.unwrap_or_default();
            let origin = Origin { owner: &owner, project: None, path: Path::new(&place) };
            let what = What::Listener(listener);
            self.builder.asset(&program.id, origin, 0, &program.name, what);
        }
        for server in servers {
            let name = self.products.programs().iter().find(|it| it.id == server.program);
            let name: Text = name.map_or_else(|| server.program.clone(), |it| it.name.clone());
            let place = format!("tcp://{}", server.address);
            let origin = Origin { owner: &"".into(), project: None, path: Path::new(&place) };
            let program = server.program.clone();
            self.builder.asset(&program, origin, 0, &name, What::ModelServer(server));
        }
    }
}
