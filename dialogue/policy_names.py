"""The policies of Rasa 1.x to 3.x and their options, and what stands in for each here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_COMMON = frozenset({"name", "priority", "featurizer"})
# Of the networks that Rasa trained; there is none here.
_NETWORK_OPTIONS = """
    hidden_layers_sizes hidden_layers_sizes_pre_dial hidden_layers_sizes_bot dense_dimension
    concat_dimension encoding_dimension transformer_size number_of_transformer_layers
    number_of_attention_heads unidirectional_encoder use_key_relative_attention
    use_value_relative_attention max_relative_position batch_size batch_strategy epochs
    random_seed learning_rate embedding_dimension number_of_negative_examples similarity_type
    loss_type ranking_length renormalize_confidences maximum_positive_similarity
    maximum_negative_similarity use_maximum_negative_similarity scale_loss
    regularization_constant negative_margin_scale drop_rate drop_rate_dialogue drop_rate_label
    drop_rate_attention connection_density weight_sparsity use_sparse_input_dropout
    use_dense_input_dropout evaluate_every_number_of_epochs evaluate_on_number_of_examples
    tensorboard_log_directory tensorboard_log_level checkpoint_model e2e_confidence_threshold
    featurizers entity_recognition constrain_similarities model_confidence BILOU_flag
    split_entities_by_comma use_gpu run_eagerly state_featurizer_file max_history
    augment_memory_length pos_encoding max_seq_length layer_norm attn_before_rnn attn_after_rnn
    num_neg embed_dim mu_pos mu_neg use_max_sim_neg C2 C_emb droprate droprate_a droprate_b
    droprate_rnn scale_loss_by_action_counts use_neg_from_batch rnn_size validation_split
    evaluate_every_num_epochs hidden_layers_sizes_a hidden_layers_sizes_b
"""
_NETWORK = frozenset(_NETWORK_OPTIONS.split())


@dataclass(frozen=True)
class KnownPolicy:
    """A policy of Rasa's.

    `becomes` says in words what does its work here, empty where the name itself is ours. `read`
    are the options that count here, `accepted` those that do not and do no harm.
    """

    becomes: str = ""
    read: frozenset[str] = frozenset()
    accepted: frozenset[str] = field(default=_COMMON)


_LEARNED = "is replaced by the learned policy, which trains on the stories when the bot starts"
_MEMORY = KnownPolicy(
    read=frozenset({"max_history"}), accepted=_COMMON | {"use_nlu_confidence_as_score"}
)
KNOWN: Mapping[str, KnownPolicy] = {
    "RulePolicy": KnownPolicy(
        read=frozenset(
            {"core_fallback_threshold", "core_fallback_action_name", "enable_fallback_prediction"}
        ),
        accepted=_COMMON
        | {
            "restrict_rules",
            "check_for_contradictions",
            "use_nlu_confidence_as_score",
            "max_history",
        },
    ),
    "MemoizationPolicy": _MEMORY,
    "AugmentedMemoizationPolicy": _MEMORY,
    "TEDPolicy": KnownPolicy(_LEARNED, frozenset({"max_history"}), _COMMON | _NETWORK),
    "EmbeddingPolicy": KnownPolicy(_LEARNED, frozenset({"max_history"}), _COMMON | _NETWORK),
    "KerasPolicy": KnownPolicy(_LEARNED, frozenset({"max_history"}), _COMMON | _NETWORK),
    "SklearnPolicy": KnownPolicy(
        _LEARNED,
        frozenset({"max_history"}),
        _COMMON | {"model", "param_grid", "cv", "scoring", "label_encoder", "shuffle"},
    ),
    "UnexpecTEDIntentPolicy": KnownPolicy(
        "is accepted and not used: no message is called unlikely here",
        accepted=_COMMON | _NETWORK | {"tolerance", "ignore_intents_list", "use_retrieval_intents"},
    ),
    "FallbackPolicy": KnownPolicy(
        "is replaced by the fallback of RulePolicy",
        frozenset({"core_threshold", "fallback_action_name"}),
        _COMMON | {"nlu_threshold", "ambiguity_threshold"},
    ),
    "TwoStageFallbackPolicy": KnownPolicy(
        "is replaced by the rule 'nlu_fallback: action_two_stage_fallback' and the fallback of "
        "RulePolicy",
        frozenset({"core_threshold", "fallback_core_action_name"}),
        _COMMON
        | {
            "nlu_threshold",
            "ambiguity_threshold",
            "fallback_nlu_action_name",
            "deny_suggestion_intent_name",
        },
    ),
    "MappingPolicy": KnownPolicy("is replaced by a rule for each intent with 'triggers'"),
    "FormPolicy": KnownPolicy("is replaced by the forms of RulePolicy"),
}
# Thresholds of old policies that belong to the pipeline since Rasa 2.0.
OF_THE_PIPELINE = ("nlu_threshold", "ambiguity_threshold")
