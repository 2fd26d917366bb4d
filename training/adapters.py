"""Parameter-efficient fine-tuning: low-rank adapters beside frozen weights (LoRA, Hu et al. 2022).

Only the adapters and the head are trained. They can be saved alone, some hundred kilobytes; for
serving they are merged into the weights, so that a model with adapters is a model like any other.
"""

from __future__ import annotations

from pathlib import Path

from peft import LoraConfig, PeftModel, get_peft_model

from nlu.classifier import IntentClassifier
from nlu.encoder import Encoder

SCALE = 2.0  # alpha / rank
EVERY_MATRIX = "all-linear"


def attach(classifier: IntentClassifier, rank: int) -> None:
    """Freeze the encoder and put adapters of this rank beside each of its matrices."""
    config = LoraConfig(
        r=rank, lora_alpha=round(SCALE * rank), lora_dropout=0.0, target_modules=EVERY_MATRIX
    )
    encoder = classifier.encoder
    encoder.transformer = get_peft_model(encoder.transformer, config)


def save(classifier: IntentClassifier, folder: Path) -> None:
    """Write the adapters alone, in peft's own format."""
    _adapted(classifier.encoder).save_pretrained(str(folder))


def load(encoder: Encoder, folder: Path) -> Encoder:
    """An encoder with saved adapters merged into its weights; the given one is used up."""
    encoder.transformer = PeftModel.from_pretrained(encoder.transformer, str(folder))
    _merge(encoder)
    return encoder


def merge(classifier: IntentClassifier) -> None:
    """Add the adapters to the weights they stand beside, and forget them."""
    _merge(classifier.encoder)


def _merge(encoder: Encoder) -> None:
    encoder.transformer = _adapted(encoder).merge_and_unload()
    encoder.requires_grad_(True)


def _adapted(encoder: Encoder) -> PeftModel:
    model = encoder.transformer
    if not isinstance(model, PeftModel):
        raise TypeError("the encoder has no adapters")
    return model
