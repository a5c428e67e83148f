//! Whether a file of weights is what its name says, by its first bytes. Nothing is loaded, no pickle is run.

use event::Text;

use super::gguf;
use crate::discover::Weights;

/// What the head of a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// How it is written.
    pub format: &'static str,
    /// Its family.
    pub architecture: Option<Text>,
    /// How exact its numbers are.
    pub quantisation: Option<Text>,
    /// How many numbers.
    pub parameters: Option<Text>,
    /// Loading it can run code.
    pub runs_code: bool,
}

impl Head {
    fn data(format: &'static str) -> Option<Self> {
        Some(Self { format, ..Self::default() })
    }

    fn code(format: &'static str) -> Option<Self> {
        Some(Self { format, runs_code: true, ..Self::default() })
    }
}

/// Judges the first bytes of a file of `length`. `modules` are those that a pickle of a model names.
pub fn head(named: Weights, bytes: &[u8], length: u64, modules: &[Text]) -> Option<Head> {
    match named {
        Weights::Gguf if gguf::is(bytes, length) => {
            let said = |key| gguf::text(bytes, key).map(Text::from);
            Some(Head {
                architecture: said("general.architecture"),
                quantisation: gguf::exactness(bytes).map(Text::from),
                parameters: said("general.size_label"),
                ..Head::data("gguf")?
            })
        }
        Weights::Ggml if bytes.starts_with(b"lmgg") => Head::data("ggml"),
        Weights::Safetensors if is_safetensors(bytes, length) => Head::data("safetensors"),
        Weights::Onnx if is_onnx(bytes) => Head::data("onnx"),
        Weights::Torch if is_torch_zip(bytes) || is_torch_old(bytes) => Head::code("pytorch"),
        // Old ones are a pickle from the first byte on.
        Weights::Torch | Weights::Pickle if is_pickle(bytes) && names(bytes, modules) => {
            Head::code("pickle")
        }
        Weights::Hdf5 if is_keras_hdf5(bytes) => Head::code("keras hdf5"),
        Weights::Keras
            if zip_entry(bytes).is_some_and(|name| {
                ["metadata.json", "config.json", "model.weights.h5"].contains(&name)
            }) =>
        {
            Head::code("keras")
        }
        Weights::TfLite if bytes.get(4..8) == Some(b"TFL3") => Head::data("tflite"),
        Weights::Llamafile if bytes.starts_with(b"MZqFpD") || bytes.starts_with(b"\x7fELF") => {
            Head::code("llamafile")
        }
        _ => None,
    }
}

/// A length, and behind it that much JSON.
fn is_safetensors(bytes: &[u8], length: u64) -> bool {
    let Some((first, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let header = u64::from_le_bytes(*first);
    // The format's own limit is 100 MB.
    (2..=100_000_000).contains(&header)
        && header <= length.saturating_sub(8)
        && rest.starts_with(b"{\"")
}

/// Fields of protobuf: the version of the format, then who made it or the graph.
fn is_onnx(bytes: &[u8]) -> bool {
    matches!(bytes, [0x08, 1..=20, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..])
}

/// The first entry of a zip file, by its own header.
fn zip_entry(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(b"PK\x03\x04")?;
    let length = u16::from_le_bytes(rest.get(22..24)?.try_into().ok()?);
    std::str::from_utf8(rest.get(26..26 + usize::from(length))?).ok()
}

/// `archive/data.pkl` comes first in what PyTorch writes.
fn is_torch_zip(bytes: &[u8]) -> bool {
    zip_entry(bytes).is_some_and(|name| name.ends_with("/data.pkl") || name.ends_with("/version"))
}

/// Before that it wrote a number of its own, as a pickle.
fn is_torch_old(bytes: &[u8]) -> bool {
    let magic = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    bytes.get(2..14) == Some(magic) && bytes.starts_with(&[0x80])
}

fn is_pickle(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 2..=5, ..])
}

/// Whether one of the modules is named, as a word of its own.
fn names(bytes: &[u8], modules: &[Text]) -> bool {
    modules.iter().any(|module| {
        let module = module.as_bytes();
        bytes.windows(module.len() + 1).enumerate().any(|(at, part)| {
            let ends = part.last().is_some_and(|byte| !byte.is_ascii_alphanumeric());
            let begins = at == 0
                || bytes
                    .get(at - 1)
                    .is_some_and(|byte| !byte.is_ascii_alphabetic() || *byte == b'c');
            ends && begins && part.get(..module.len()) == Some(module)
        })
    })
}

/// Any science keeps its data so; a model says with which version of Keras it was made.
fn is_keras_hdf5(bytes: &[u8]) -> bool {
    let has = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    bytes.starts_with(b"\x89HDF\r\n\x1a\n")
        && (has(b"keras_version") || has(b"model_config") || has(b"layer_names"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(named: Weights, bytes: &[u8], expect: Option<&str>) {
        let modules = ["sklearn".into(), "torch".into()];
        let told = head(named, bytes, 1 << 20, &modules);
        assert_eq!(told.map(|it| it.format), expect, "{named:?} {}", bytes.escape_ascii());
    }

    /// The beginning of a zip file whose first entry has this name.
    fn zip(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend_from_slice(&(name.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(name.as_bytes());
        bytes
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        check(Weights::Gguf, b"GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Some("gguf"));
        check(Weights::Gguf, b"version https://git-lfs.github.com/spec/v1", None);
        check(Weights::Safetensors, b"\x08\0\0\0\0\0\0\0{\"a\":{}}", Some("safetensors"));
        check(Weights::Safetensors, b"\xff\xff\xff\xff\xff\xff\xff\xff{\"", None);
        check(Weights::Onnx, b"\x08\x09\x12\x07pytorch", Some("onnx"));
        check(Weights::Onnx, b"an onnx file", None);
        check(Weights::Torch, &zip("m/data.pkl"), Some("pytorch"));
        check(Weights::Torch, &zip("photo.jpg"), None);
        check(Weights::Keras, &zip("metadata.json"), Some("keras"));
        check(Weights::Torch, b"PK\x03\x04", None);
        check(
            Weights::Torch,
            b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
            Some("pytorch"),
        );
        check(Weights::Pickle, b"\x80\x04\x95\0\x8c\x15sklearn.linear_model\x94", Some("pickle"));
        check(Weights::Pickle, b"\x80\x03csklearn.svm\nSVC\n", Some("pickle"));
        check(Weights::Pickle, b"\x80\x04\x95}\x94(\x8c\x07torches\x94K\x01u.", None);
        check(Weights::Pickle, b"sklearn in a text", None);
        check(Weights::Hdf5, b"\x89HDF\r\n\x1a\n....keras_version..", Some("keras hdf5"));
        check(Weights::Hdf5, b"\x89HDF\r\n\x1a\n....temperature..", None);
        check(Weights::TfLite, b"\x1c\0\0\0TFL3", Some("tflite"));
        check(Weights::Ggml, b"lmgg\0", Some("ggml"));
        check(Weights::Ggml, b"", None);
    }
}
