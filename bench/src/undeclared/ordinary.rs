//! What a build machine does all day, none of it an agent: builds, packages, repositories, servers on
//! loopback, containers' namespaces; and a person who asks the model something.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

/// One piece of ordinary work: a script that gets the port of a plain web server and of the model.
pub struct Chore {
    pub name: &'static str,
    pub needs: &'static [&'static str],
    script: &'static str,
}

pub const CHORES: [Chore; 10] = [
    Chore {
        name: "cargo build and test",
        needs: &["cargo"],
        script: "cargo init -q --vcs none --name made . && cargo build -q --offline && cargo test -q --offline",
    },
    Chore {
        name: "make",
        needs: &["make", "gcc"],
        script: "printf 'int main(){return 0;}' > a.c; printf 'all: a b\\n\\t./a\\na: a.c\\n\\tgcc -o a a.c\\nb:\\n\\tcp a.c b\\n' > Makefile; make -s; make -s",
    },
    Chore {
        name: "npm-like install",
        needs: &["node", "tar", "curl"],
        script: "printf 'const {execSync}=require(\"child_process\"),fs=require(\"fs\"),http=require(\"http\");let n=0;const step=()=>{if(n++>=6)return;http.get(\"http://127.0.0.1:'$WEB'/package.json\",r=>{r.resume();r.on(\"end\",()=>{fs.mkdirSync(\"node_modules/p\"+n,{recursive:true});fs.writeFileSync(\"node_modules/p\"+n+\"/index.js\",\"1\");execSync(\"node -e 1\");execSync(\"sh -c true\");step();});});};step();' > install.js; node install.js",
    },
    Chore {
        name: "pip install of a local package",
        needs: &["python3"],
        script: "mkdir -p src/made; touch src/made/__init__.py; printf '[build-system]\\nrequires=[\"setuptools\"]\\nbuild-backend=\"setuptools.build_meta\"\\n[project]\\nname=\"made\"\\nversion=\"1\"\\n[tool.setuptools.packages.find]\\nwhere=[\"src\"]\\n' > pyproject.toml; python3 -m venv v && v/bin/pip install -q --no-index --no-build-isolation . ; v/bin/python -c 'import subprocess; subprocess.run([\"ls\"])'; true",
    },
    Chore {
        name: "git",
        needs: &["git"],
        script: "git init -q a && cd a && git config user.email a@example.org && git config user.name a && for i in 1 2 3 4 5; do echo $i > f$i; git add -A; git commit -qm $i; done; git clone -q . ../b; cd ../b; git checkout -qb x; git log --oneline; git gc -q",
    },
    Chore {
        name: "curl to a web server, then work",
        needs: &["curl"],
        script: "for i in 1 2 3 4 5 6; do curl -s http://127.0.0.1:$WEB/list.json > list$i; sh -c 'wc -l list*' > count; cp list$i kept$i; curl -s -d '{\"messages\":[]}' http://127.0.0.1:$WEB/report > /dev/null; done",
    },
    Chore {
        name: "a container's namespaces",
        needs: &["unshare", "curl"],
        script: "unshare --pid --mount --uts --fork --mount-proc sh -c 'hostname made; ps ax > ps; mount -t tmpfs none /mnt; echo x > /mnt/x; curl -s http://127.0.0.1:$WEB/image > layer; sh -c \"ls /mnt\"'",
    },
    Chore {
        name: "tests of a web service",
        needs: &["python3", "curl"],
        script: "python3 -c \"\nimport subprocess,urllib.request\nfor i in range(6):\n  urllib.request.urlopen('http://127.0.0.1:$WEB/health').read()\n  subprocess.run(['sh','-c','echo ok >> log'])\n\"; diff log log",
    },
    Chore {
        name: "a person asks the model once",
        needs: &["curl"],
        script: "curl -s -d '{\"messages\":[]}' http://$MODEL_HOST:$MODEL/v1/chat/completions > answer; cat answer",
    },
    Chore {
        name: "a chat program that only shows",
        needs: &["python3"],
        script: "python3 -c \"\nimport json,urllib.request\nfor i in range(4):\n  r=urllib.request.Request('http://$MODEL_HOST:$MODEL/v1/chat/completions',b'{}',{'content-type':'application/json'})\n  print(json.load(urllib.request.urlopen(r))['choices'][0]['message'].get('content'))\n\"",
    },
];

impl Chore {
    pub fn command(&self, dir: &Path, web: u16, model: u16) -> Result<Command> {
        std::fs::write(dir.join("chore.sh"), self.script)?;
        let mut command = Command::new("bash");
        command.arg("chore.sh").env("WEB", web.to_string()).env("MODEL", model.to_string());
        command.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_MANIFEST_DIR");
        Ok(command)
    }
}
