//! What the platform calls a session, by its environment and the tokens that lie where it says.

use event::{Proof, Text, Workload, WorkloadKind};

use super::table::holes;
use super::{Source, Table};

/// Most audiences kept.
const MAX_AUDIENCE: usize = 8;

/// What is kept of a token; neither the token nor its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: Option<Text>,
    /// `sub`.
    pub subject: Option<Text>,
    /// `aud`.
    pub audience: Vec<Text>,
    /// `exp`, in seconds since 1970.
    pub expires_unix_s: Option<u64>,
}

/// Where a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPlace<'a> {
    /// The value of a variable.
    Variable(&'a str),
    /// A file, as the process names it.
    File(&'a str),
    /// A certificate, as the process names it.
    Certificate(&'a str),
    /// A description of an external account (Google) that names the file.
    Account(&'a str),
}

/// The identities that `variables` speak of; `claims` reads a token or says why not.
pub fn identities(
    table: &Table,
    variables: &[(Text, Text)],
    mut claims: impl FnMut(TokenPlace<'_>) -> Result<Claims, Text>,
) -> Vec<Workload> {
    let value = |name: &str| -> Option<&Text> {
        variables.iter().find(|(given, _)| **given == *name).map(|(_, value)| value)
    };
    let mut found: Vec<Workload> = Vec::new();
    let mut kinds: Vec<WorkloadKind> = Vec::new();
    for source in &table.workloads {
        let set = source.when.iter().all(|name| value(name).is_some());
        if !set || kinds.contains(&source.kind) {
            continue;
        }
        let Some(place) = place(source, &value) else { continue };
        if let Some(workload) = read(source, place, &value, &mut claims) {
            kinds.push(source.kind);
            found.push(workload);
        }
    }
    found
}

/// How a source is read.
enum Reading<'a> {
    Token(TokenPlace<'a>),
    Words,
}

fn place<'a>(source: &'a Source, value: &dyn Fn(&str) -> Option<&'a Text>) -> Option<Reading<'a>> {
    if let Some(name) = &source.token_in {
        return Some(Reading::Token(TokenPlace::Variable(name)));
    }
    if let Some(path) = &source.token_path {
        return Some(Reading::Token(TokenPlace::File(path)));
    }
    if let Some(path) = &source.certificate_path {
        return Some(Reading::Token(TokenPlace::Certificate(path)));
    }
    if let Some(name) = &source.token_path_in {
        return Some(Reading::Token(TokenPlace::File(value(name)?)));
    }
    if let Some(name) = &source.account_path_in {
        return Some(Reading::Token(TokenPlace::Account(value(name)?)));
    }
    Some(Reading::Words)
}

fn read<'a>(
    source: &'a Source,
    reading: Reading<'a>,
    value: &dyn Fn(&str) -> Option<&'a Text>,
    claims: &mut impl FnMut(TokenPlace<'_>) -> Result<Claims, Text>,
) -> Option<Workload> {
    let first = source.when.last().cloned().unwrap_or_default();
    let acts_as = source.acts_as.as_deref().and_then(value).cloned();
    let mut workload = Workload {
        kind: source.kind,
        id: None,
        issuer: None,
        audience: Vec::new(),
        expires_unix_s: None,
        acts_as,
        proof: Proof::UnverifiedEnvironment,
        source: fixed(source).cloned().unwrap_or(first),
        unread: source.why.clone(),
    };
    let Reading::Token(place) = reading else {
        workload.id = source.id.as_deref().and_then(|id| filled(id, value));
        workload.issuer = source.issuer.as_deref().and_then(|issuer| filled(issuer, value));
        return Some(workload);
    };
    match claims(place) {
        Ok(claims) => {
            if claims.subject.as_deref().is_some_and(|id| id.starts_with("spiffe://")) {
                workload.kind = WorkloadKind::Spiffe;
            }
            (workload.id, workload.issuer) = (claims.subject, claims.issuer);
            workload.audience = claims.audience;
            workload.audience.truncate(MAX_AUDIENCE);
            workload.expires_unix_s = claims.expires_unix_s;
            workload.proof = match place {
                TokenPlace::Certificate(_) => Proof::UnverifiedCertificate,
                _ => Proof::UnverifiedToken,
            };
        }
        // Every container of a cluster carries the variable, and not every account of Google's is
        // handed out by a platform.
        Err(_) if fixed(source).is_some() || source.account_path_in.is_some() => return None,
        Err(why) => workload.unread = Some(why),
    }
    Some(workload)
}

/// The file that is there or not, whatever the environment says.
fn fixed(source: &Source) -> Option<&Text> {
    source.token_path.as_ref().or(source.certificate_path.as_ref())
}

/// The template with its variables, where all are set.
fn filled<'a>(template: &str, value: &dyn Fn(&str) -> Option<&'a Text>) -> Option<Text> {
    let mut text = template.to_owned();
    for name in holes(template) {
        let value = value(name).filter(|value| !value.is_empty())?;
        text = text.replace(&format!("{{{name}}}"), value);
    }
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token of a test says where it was read.
    fn token(place: TokenPlace<'_>) -> Result<Claims, Text> {
        let (issuer, subject) = match place {
            TokenPlace::Variable(name) => ("variable", name),
            TokenPlace::File("/none") => return Err("no such file".into()),
            TokenPlace::File("/spiffe") => ("spire", "spiffe://example.org/agent"),
            TokenPlace::File(path) => ("file", path),
            TokenPlace::Account(path) => ("account", path),
            TokenPlace::Certificate(_) => return Err("no such file".into()),
        };
        let (issuer, subject) = (Some(issuer.into()), Some(subject.into()));
        Ok(Claims { issuer, subject, audience: vec!["a".into()], expires_unix_s: Some(7) })
    }

    fn check(said: &[(&str, &str)], expect: &[&str]) {
        let said: Vec<(Text, Text)> =
            said.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let found = identities(Table::shipped(), &said, token);
        let text = |text: &Option<Text>| text.as_deref().unwrap_or("-").to_owned();
        let shown: Vec<String> = found
            .iter()
            .map(|it| {
                let Workload { kind, id, issuer, acts_as, .. } = it;
                format!("{} {} {} {}", kind.name(), text(id), text(issuer), text(acts_as))
            })
            .collect();
        assert_eq!(shown, expect, "{said:?}");
    }

    #[test]
    fn each_platform_is_read_where_it_puts_it() {
        check(&[], &[]);
        check(&[("PATH", "/bin")], &[]);
        let aws =
            [("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")];
        check(&aws, &["aws /t file arn:aws:iam::1:role/r"]);
        check(&[("AZURE_FEDERATED_TOKEN_FILE", "/none")], &["azure - - -"]);
        check(
            &[("AZURE_FEDERATED_TOKEN_FILE", "/spiffe")],
            &["spiffe spiffe://example.org/agent spire -"],
        );
        check(&[("GOOGLE_APPLICATION_CREDENTIALS", "/c.json")], &["google /c.json account -"]);
        let pod = "kubernetes /var/run/secrets/kubernetes.io/serviceaccount/token file -";
        check(&[("KUBERNETES_SERVICE_HOST", "10.0.0.1")], &[pod]);
        check(&[("SPIFFE_ENDPOINT_SOCKET", "unix:///s")], &["spiffe - - -"]);
        let gitlab =
            [("GITLAB_CI", "true"), ("CI_PROJECT_PATH", "g/p"), ("CI_COMMIT_BRANCH", "main")];
        check(&gitlab, &["gitlab-ci project_path:g/p:ref_type:branch:ref:main - -"]);
        let job = [("GITLAB_CI", "true"), ("CI_PROJECT_PATH", "g/p"), ("CI_JOB_JWT", "")];
        check(&job, &["gitlab-ci CI_JOB_JWT variable -"]);
        let run = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_REF", "refs/heads/main"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://x"),
        ];
        let issuer = "https://token.actions.githubusercontent.com";
        check(&run, &[&format!("github-actions repo:o/r:ref:refs/heads/main {issuer} -")]);
        check(&run[..3], &["github-actions repo:o/r:ref:refs/heads/main - -"]);
        check(&run[..2], &["github-actions - - -"]);
    }

    #[test]
    fn what_is_not_proved_is_called_that() {
        let said = [("AZURE_FEDERATED_TOKEN_FILE".into(), "/none".into())];
        let found = identities(Table::shipped(), &said, token);
        assert_eq!(found[0].proof, Proof::UnverifiedEnvironment);
        assert_eq!(found[0].unread.as_deref(), Some("no such file"));
        let said = [("AZURE_FEDERATED_TOKEN_FILE".into(), "/t".into())];
        let found = identities(Table::shipped(), &said, token);
        assert_eq!((found[0].proof, found[0].expires_unix_s), (Proof::UnverifiedToken, Some(7)));
    }
}
