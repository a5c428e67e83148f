//! Files of models, of data for them and of vector stores, as far as a name says so. Nothing is opened here.

/// What a name says that a file or folder may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Artifact {
    /// Weights.
    Weights(Weights),
    /// Data.
    Data(Data),
    /// A file of a vector store.
    Store(Store),
    /// A repository of the Hugging Face hub, as its cache keeps it (`models--org--name`).
    HubModel,
    /// The same of data.
    HubDataset,
}

/// How weights may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weights {
    Gguf,
    Ggml,
    Safetensors,
    Onnx,
    /// PyTorch.
    Torch,
    /// Python's own, of anything.
    Pickle,
    Hdf5,
    Keras,
    TfLite,
    Llamafile,
}

/// How data may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Data {
    Parquet,
    Arrow,
    JsonLines,
}

/// By which file a vector store may be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    Chroma,
    Faiss,
    LanceDb,
    /// As a server keeps it.
    Qdrant,
    /// As the library keeps it.
    QdrantLocal,
    LlamaIndex,
    /// Milvus Lite, one file.
    Milvus,
}

impl Artifact {
    /// By the name of a file.
    pub fn of_file(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        Some(match ending {
            "gguf" => Self::Weights(Weights::Gguf),
            "safetensors" => Self::Weights(Weights::Safetensors),
            "onnx" => Self::Weights(Weights::Onnx),
            "pt" | "pth" | "ckpt" => Self::Weights(Weights::Torch),
            "bin" if stem.starts_with("ggml") => Self::Weights(Weights::Ggml),
            "bin" if stem.starts_with("pytorch_model") || stem == "adapter_model" => {
                Self::Weights(Weights::Torch)
            }
            "pkl" | "pickle" | "joblib" => Self::Weights(Weights::Pickle),
            "h5" | "hdf5" => Self::Weights(Weights::Hdf5),
            "keras" => Self::Weights(Weights::Keras),
            "tflite" => Self::Weights(Weights::TfLite),
            "llamafile" => Self::Weights(Weights::Llamafile),
            "parquet" => Self::Data(Data::Parquet),
            "arrow" => Self::Data(Data::Arrow),
            "jsonl" => Self::Data(Data::JsonLines),
            "faiss" => Self::Store(Store::Faiss),
            "db" => Self::Store(Store::Milvus),
            "sqlite3" if name == "chroma.sqlite3" => Self::Store(Store::Chroma),
            "json" if name == "raft_state.json" => Self::Store(Store::Qdrant),
            "json" if name == "meta.json" => Self::Store(Store::QdrantLocal),
            "json" if name == "default__vector_store.json" => Self::Store(Store::LlamaIndex),
            _ => return None,
        })
    }

    /// By the name of a folder: it is told as a whole, and not entered.
    pub fn of_folder(name: &str) -> Option<Self> {
        if name.starts_with("models--") {
            Some(Self::HubModel)
        } else if name.starts_with("datasets--") {
            Some(Self::HubDataset)
        } else if name.ends_with(".lance") {
            Some(Self::Store(Store::LanceDb))
        } else {
            None
        }
    }
}
