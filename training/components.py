"""The components of Rasa's pipelines, 1.x to 3.x, and what stands in for each here."""

from __future__ import annotations

from collections.abc import Mapping

_TOKENS = "the encoder's own tokenizer"
_VECTORS = "the fine-tuned encoder, which needs no other features"
_LETTERS = "the encoder, and a classifier on the letters of words beside it"
_INTENTS = "the fine-tuned encoder"
_TAGS = "the token classifier on the fine-tuned encoder"
_NONE = "nothing: the encoder knows its language by itself"

OURS = "FrontdeskNLU"  # asks for our own manner
FALLBACK = "FallbackClassifier"
SELECTOR = "ResponseSelector"
REGEX_EXTRACTOR = "RegexEntityExtractor"
SYNONYMS = "EntitySynonymMapper"
DUCKLING = ("DucklingEntityExtractor", "DucklingHTTPExtractor")
DIET = "DIETClassifier"
# What finds annotated entities; DIET unless it is told not to.
EXTRACTORS = ("CRFEntityExtractor", "MitieEntityExtractor")

REPLACED: Mapping[str, str] = {
    **dict.fromkeys(("SpacyNLP", "MitieNLP", "HFTransformersNLP"), _NONE),
    **dict.fromkeys(
        (
            *("WhitespaceTokenizer", "JiebaTokenizer", "MitieTokenizer", "SpacyTokenizer"),
            *("ConveRTTokenizer", "LanguageModelTokenizer"),
        ),
        _TOKENS,
    ),
    **dict.fromkeys(
        (
            *("SpacyFeaturizer", "MitieFeaturizer", "ConveRTFeaturizer"),
            *("LanguageModelFeaturizer", "LexicalSyntacticFeaturizer"),
        ),
        _VECTORS,
    ),
    **dict.fromkeys(("CountVectorsFeaturizer", "NGramFeaturizer"), _LETTERS),
    "RegexFeaturizer": "hints to the token classifier of where the patterns match",
    DIET: _INTENTS,
    **dict.fromkeys(
        (
            *("EmbeddingIntentClassifier", "SklearnIntentClassifier", "MitieIntentClassifier"),
            *("KeywordIntentClassifier", "LogisticRegressionClassifier"),
        ),
        _INTENTS,
    ),
    **dict.fromkeys(EXTRACTORS, _TAGS),
    "SpacyEntityExtractor": "nothing: only entities that are annotated are found",
    REGEX_EXTRACTOR: "our own search for the patterns and words",
    SYNONYMS: "our own, at the end of the pipeline",
    **dict.fromkeys(DUCKLING, "our own extractors, in Duckling's output shape; no server is asked"),
    SELECTOR: "the answer index",
    FALLBACK: "our own",
    "RegexMessageHandler": "our own reading of slash messages",
}

# What a component may be told that we heed; all else of it is ours to choose.
HEEDED: Mapping[str, tuple[str, ...]] = {
    DIET: ("entity_recognition",),
    FALLBACK: ("threshold", "ambiguity_threshold"),
    SELECTOR: ("retrieval_intent",),
    REGEX_EXTRACTOR: (
        *("case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries"),
    ),
    "RegexFeaturizer": (
        *("case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries"),
    ),
    **dict.fromkeys(DUCKLING, ("dimensions", "locale", "timezone")),
}
