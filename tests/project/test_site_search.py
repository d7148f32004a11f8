"""The site's search: for what people type, the page that answers it is among the first three results."""

import json
from pathlib import Path

import pytest

import needs
from builds import Run

pytestmark = pytest.mark.needs("doxygen", "node")

QUERIES = {
    "early stopping": ["guides/training"],
    "fine-tuning": ["guides/training"],
    "transfer learning": ["guides/training"],
    "data augmentation": ["guides/training"],
    "hyperparameter search": ["guides/training"],
    "hyperparameters": ["guides/training"],
    "callback": ["guides/training"],
    "class imbalance": ["guides/training"],
    "learning rate schedule": ["guides/training"],
    "overfitting": ["guides/training"],
    "loss is nan": ["guides/training"],
    "precision recall f1": ["guides/training"],
    "gpu": ["faq"],
    "cuda": ["faq"],
    "windows": ["faq", "start"],
    "cite": ["faq"],
    "license": ["faq"],
    "install": ["start", "faq"],
    "getting started": ["start"],
    "keras": ["coming-from"],
    "pytorch": ["coming-from", "exporting"],
    "scikit-learn": ["scikit-learn", "coming-from"],
    "cross validation": ["scikit-learn", "guides/training"],
    "grid search": ["scikit-learn", "guides/training"],
    "train on my own images": ["tutorials/own-photos", "faq"],
    "image folder": ["tutorials/own-photos"],
    "mnist": ["tutorials/digits"],
    "cifar10": ["tutorials/airplanes-and-ships"],
    "numpy arrays": ["tutorials/from-python"],
    "predict": ["reference/command-line/predict", "tutorials/own-photos", "tutorials/from-python"],
    "confusion matrix": ["gallery", "guides/training"],
    "visualize filters": ["gallery"],
    "feature maps": ["gallery"],
    "vanishing gradient": ["gallery", "blog-study"],
    "batch normalization": ["guides/networks-as-text", "reference/python/networks"],
    "dropout": ["guides/networks-as-text", "reference/python/networks"],
    "resume training": ["guides/records", "reference/command-line/resume"],
    "save model": ["guides/training", "tutorials/from-python", "guides/records"],
    "reproducibility": ["guides/records", "trust"],
    "export onnx": ["exporting"],
    "microcontroller": ["exporting"],
    "slurm": ["guides/clusters"],
    "multithreading": ["guides/speed"],
    "benchmark": ["performance"],
    "cmake": ["tutorials/from-cpp", "guides/embedding"],
    "vcpkg": ["guides/embedding"],
    "conan package": ["guides/embedding"],
    "conda": ["guides/embedding", "faq"],
    "uvx": ["start", "faq"],
    "C API": ["guides/embedding", "reference/cpp/c"],
    "jupyter notebook": ["notebooks/index"],
    "webassembly": ["browser"],
    "tensorboard": ["guides/records", "exporting", "reference/command-line/export"],
}


def test_what_people_type_finds_its_page_among_the_first_three(site: Path, run: Run) -> None:
    script = Path(__file__).with_name("site_search.js")
    found = json.loads(run(needs.program("node"), script, site, *QUERIES))
    missed = {
        query: [result["page"] for result in results]
        for (query, pages), results in zip(QUERIES.items(), found, strict=True)
        if not {result["page"] for result in results} & set(pages)
    }
    assert len(QUERIES) >= 40
    assert missed == {}
