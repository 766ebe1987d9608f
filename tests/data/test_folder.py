"""Folders and zips of images: the audit by kind, the resized array, killed and resumed, where it is looked for."""

import csv
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import textwrap
import threading
import time
import warnings
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gancourse import GancourseError, data
from gancourse.data import audit
from gancourse.data.readers import folder as folders
from gancourse.data.readers.listing import open_files

EACH = 50


def encoded(image, kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(colour, size=(20, 24), mode="RGB", kind="PNG") -> bytes:
    return encoded(Image.new(mode, size, colour), kind)


def noise(seed=0, size=(40, 48)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), np.uint8))


def png(width, height, bits, colour_type, rows: bytes) -> bytes:
    """A PNG written by hand, for what Pillow reads and does not write."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def write(folder, content: dict):
    for name, each in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(each)
    return folder


def write_zip(path, content: dict):
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    return path


def faces(count, start=0) -> dict[str, bytes]:
    """`count` small good files, each of another colour."""
    return {f"{i:05}.png": plain((i % 256, i // 256, 7)) for i in range(start, start + count)}


def about(name, *options):
    return json.loads(
        (data.prepared_folder(name, *options) / "about.json").read_text(encoding="utf-8")
    )


@pytest.fixture(scope="module")
def mixed():
    """100 good files and 50 of each of ten kinds, in mixed order; the colour of each that must be kept."""
    content, kept = {}, []
    for i in range(2 * EACH):
        content[f"{i % EACH:02}/good-{i}.png"] = plain((i, 200, 0))
        kept.append((i, 200, 0))
    jpeg = encoded(noise(), "JPEG")
    for i in range(EACH):
        for name, each, colour in (
            ("empty.jpg", b"", None),
            ("cut.jpg", jpeg[: 10 + i * (len(jpeg) // EACH - 1)], None),
            ("page.jpg", b"<!DOCTYPE html><p>Quota exceeded %d</p>" % i, None),
            ("grey.png", plain(i + 100, mode="L"), (i + 100,) * 3),
            ("clear.png", plain((i, 0, 255, 0 if i % 2 else 255), mode="RGBA"), None),
            ("cmyk.jpg", plain((i, 0, 0, 0), mode="CMYK", kind="JPEG"), None),
            ("dot.png", plain((i, 0, 0), size=(1, 1)), None),
            ("deep.png", plain(257 * (i + 160), mode="I;16"), (i + 160,) * 3),
            ("really-png.jpg", plain((i, 0, 9)), (i, 0, 9)),
            ("copy.png", content[f"{i:02}/good-{i}.png"], None),
        ):
            content[f"{i:02}/{'x' if name == 'copy.png' else ''}{name}"] = each
            if colour:
                kept.append(colour)
        # white where it is transparent
        kept.append((255, 255, 255) if i % 2 else (i, 0, 255))
        kept.append(
            Image.open(io.BytesIO(content[f"{i:02}/cmyk.jpg"])).convert("RGB").getpixel((0, 0))
        )
    return content, kept


@pytest.mark.parametrize("packed", [False, True])
def test_500_damaged_files_are_counted_by_kind_and_no_good_one_is_lost(mixed, tmp_path, packed):
    content, kept = mixed
    place = write_zip(tmp_path / "a.zip", content) if packed else write(tmp_path / "a", content)
    both = data.load("celeba", "train+test", place, size=8)
    found = about("celeba", 8)
    assert found["audit"] == {
        "empty": 50,
        "not an image": 50,
        "too small": 50,
        "truncated": 50,
        "duplicate": 50,
        "16-bit": 50,
        "RGBA": 50,
        "CMYK": 50,
        "grey": 50,
        "wrong suffix": 50,
        "good": 100,
    }
    assert sum(found["audit"].values()) == found["files"] == len(content) == 600
    assert found["train"]["count"] + found["test"]["count"] == len(both) == len(kept) == 350
    # each image is of one colour, and stays so at any size
    assert (both.images == both.images[:, :1, :1]).all()
    assert sorted(map(tuple, both.images[:, 0, 0].tolist())) == sorted(kept)

    with open(data.prepared_folder("celeba", 8) / "audit.csv", encoding="utf-8") as file:
        listed = {row["file"]: row for row in csv.DictReader(file)}
    assert len(listed) == 500 and not any("good" in name for name in listed)
    assert (
        listed["07/page.jpg"]["kind"] == "not an image"
        and "html" in listed["07/page.jpg"]["found"].lower()
    )
    assert listed["07/xcopy.png"]["found"] == "same as 07/good-7.png"
    assert listed["07/really-png.jpg"]["found"] == "PNG"


def test_a_folder_and_its_zip_give_the_same_data(mixed, tmp_path):
    content, _ = mixed
    folder = data.load("anime", path=write(tmp_path / "a", content), size=8)
    first, of_folder = np.array(folder.images), about("anime", 8)
    packed = data.load("anime", path=write_zip(tmp_path / "a.zip", content), size=8)
    assert (packed.images == first).all()
    assert about("anime", 8)["content"] == of_folder["content"]


RGB_16 = b"".join(b"\0" + struct.pack(">3H", 65535, 32896, 0) * 20 for _ in range(20))


@pytest.mark.parametrize(
    ("name", "content", "kind", "colour"),
    [
        ("a.jpeg", plain((8, 8, 8), kind="JPEG"), "good", (8, 8, 8)),
        ("a.webp", encoded(Image.new("RGB", (20, 20), (8, 8, 8)), "WEBP", lossless=True), "good", (8, 8, 8)),
        ("a.png", plain((1, 2, 3, 128), mode="RGBA"), "RGBA", (128, 128, 129)),
        ("a.png", plain((50, 0), mode="LA"), "RGBA", (255, 255, 255)),
        ("a.png", encoded(Image.new("RGB", (20, 20), (1, 2, 3)), transparency=(1, 2, 3)), "RGBA", (255,) * 3),
        ("a.gif", encoded(Image.new("RGB", (20, 20), (1, 2, 3)).quantize(4), "GIF"), "palette", (1, 2, 3)),
        ("a.png", encoded(Image.new("P", (20, 20), 0), transparency=0), "palette", (255, 255, 255)),
        ("a.png", plain(1, mode="1"), "grey", (255, 255, 255)),
        ("a.png", plain(65535, mode="I;16"), "16-bit", (255, 255, 255)),
        ("a.tif", plain(32896, mode="I;16", kind="TIFF"), "16-bit", (128, 128, 128)),
        ("a.png", png(20, 20, 16, 2, RGB_16), "16-bit", (255, 128, 0)),
        ("a.jpg", plain(255, mode="L"), "grey", (255, 255, 255)),  # before the wrong suffix
        ("a", plain((1, 2, 3)), "wrong suffix", (1, 2, 3)),
        ("a.tif", plain(1e9, mode="F", kind="TIFF"), "unsupported", None),
        ("a.tif", plain(-5, mode="I", kind="TIFF"), "unsupported", None),
        ("a.png", png(10_000, 10_000, 8, 2, b""), "too large", None),  # Pillow would warn
        ("a.png", png(30_000, 30_000, 8, 2, b""), "too large", None),  # Pillow would refuse
        ("a.png", plain((1, 2, 3), size=(15, 400)), "too small", None),
        ("a.png", plain((1, 2, 3), size=(16, 16)), "good", (1, 2, 3)),
        ("a.png", encoded(noise())[:-500], "truncated", None),
        ("a.png", encoded(noise())[:20], "truncated", None),
        ("a.jpg", b"\xff\xd8\xff\xe0", "truncated", None),
        ("a.jpg", b"202599\n5_o_Clock_Shadow", "not an image", None),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n", "not an image", None),
        ("a.png", b"", "empty", None),
    ],
)  # fmt: skip
def test_a_file_is_of_one_kind(name, content, kind, colour, recwarn):
    with audit.without_warnings():
        found, _, image = audit.examine(content, name)
    assert found == kind and kind in audit.KINDS and (image is None) == (kind in audit.LEFT_OUT)
    if colour:
        assert image.mode == "RGB"
        assert abs(np.asarray(image, int) - colour).max() <= 1
    assert not recwarn


def test_the_datasheets_list_the_kinds_in_order():
    page = (Path(__file__).parents[2] / "book" / "datasheets.md").read_text(encoding="utf-8")
    rows = page.split("| kind |")[1].split("\n\n")[0].splitlines()[2:]
    listed = [(kind, row.split("|")[2]) for row in rows for kind in row.split("|")[1].split(",")]
    assert [kind.strip() for kind, _ in listed] == list(audit.KINDS)
    assert [kind.strip() for kind, fate in listed if "left out" in fate] == list(audit.LEFT_OUT)


def test_what_cannot_be_read_is_counted(tmp_path):
    folder = write(tmp_path / "a", faces(3))
    (folder / "lost.jpg").symlink_to(tmp_path / "nowhere")
    packed = bytearray(write_zip(folder / "b.zip", {"inside.png": plain((9, 9, 9))}).read_bytes())
    packed[60] ^= 255
    (folder / "b.zip").write_bytes(packed)
    assert len(data.load("celeba", "train+test", folder)) == 3
    assert about("celeba")["audit"] == {"unreadable": 2, "good": 3}


def test_names_that_are_no_text_are_no_crash(tmp_path):
    folder = write(tmp_path / "a", faces(3))
    try:
        with open(os.fsencode(folder) + b"/\xff\n.jpg", "wb"):
            pass
    except OSError:
        pytest.skip("this file system refuses such names")
    assert len(data.load("celeba", "train+test", folder)) == 3
    assert about("celeba")["audit"] == {"empty": 1, "good": 3}


def test_every_tenth_is_held_out_and_the_array_is_mapped(tmp_path):
    folder = write(tmp_path / "a", faces(40))
    train, test = (data.load("celeba", split, folder, size=16) for split in ("train", "test"))
    assert train.images[:, 0, 0, 0].tolist() == [i for i in range(40) if i % 10]
    assert test.images[:, 0, 0, 0].tolist() == [0, 10, 20, 30]
    assert isinstance(train.images, np.memmap) and train.images.shape == (36, 16, 16, 3)
    assert train.labels is None and train.attributes is None and train.classes == 0
    assert about("celeba", 16)["train"] == {"count": 36, "fingerprint": train.fingerprint}


def test_crop_keeps_the_proportions_and_squash_does_not(tmp_path):
    """A black disc on white in CelebA's 178 × 218 stays round, or becomes 64/178 wide and 64/218 high."""
    image = Image.new("RGB", (178, 218), "white")
    ImageDraw.Draw(image).ellipse((29, 49, 149, 169), fill="black")
    folder = write(tmp_path / "a", {"1.png": encoded(image), "2.png": plain((0, 0, 0))})

    def extent(fit):
        dark = data.load("celeba", "test", folder, 64, fit).images[0, :, :, 0] < 128
        return dark.any(axis=0).sum(), dark.any(axis=1).sum()

    wide, high = extent("crop")
    assert abs(wide - 121 * 64 / 178) <= 1 and wide == high
    wide, high = extent("squash")
    assert abs(wide - 121 * 64 / 178) <= 1 and abs(high - 121 * 64 / 218) <= 1


def test_resizing_averages_instead_of_picking_pixels(tmp_path):
    board = Image.fromarray(np.indices((96, 96)).sum(0).astype(np.uint8) % 2 * 255).convert("RGB")
    folder = write(tmp_path / "a", {"1.png": encoded(board), "2.png": plain((0, 0, 0))})
    assert abs(data.load("celeba", "test", folder, 32).images.astype(int) - 127).max() <= 3


def test_photo2cartoon_has_its_own_split_and_labels(tmp_path):
    content = {"photo2cartoon/readme.txt": b"hello", "photo2cartoon/other/a.png": plain((9, 9, 9))}
    for index, (folder, count) in enumerate(
        {"trainA": 5, "trainB": 4, "testA": 2, "testB": 1}.items()
    ):
        for i in range(count):
            content[f"photo2cartoon/{folder}/{i}.png"] = plain((index, i, 0))
    # a test image that is also in the training folder is held out
    content["photo2cartoon/trainA/copy.png"] = content["photo2cartoon/testA/0.png"]
    place = write_zip(tmp_path / "photo2cartoon.zip", content)
    train, test = (data.load("photo2cartoon", split, place) for split in ("train", "test"))
    assert train.labels.tolist() == [0] * 5 + [1] * 4 and test.labels.tolist() == [0, 0, 1]
    assert train.images[:, 0, 0, 0].tolist() == [0] * 5 + [1] * 4
    assert test.images[:, 0, 0, 0].tolist() == [2, 2, 3] and test.classes == 2
    assert about("photo2cartoon")["audit"] == {
        "not an image": 1,
        "misplaced": 1,
        "duplicate": 1,
        "good": 12,
    }
    both = data.load("photo2cartoon", "train+test")
    assert (both.images == np.concatenate([train.images, test.images])).all()
    assert both.labels.tolist() == [*train.labels, *test.labels]


def test_kaggles_nesting_several_zips_and_junk(tmp_path):
    names = list(faces(30).items())
    folder = write(
        tmp_path / "celeba",
        {f"img_align_celeba/img_align_celeba/{name}": each for name, each in names[:10]}
        | {
            "img_align_celeba/.DS_Store": b"x",
            "__MACOSX/._00000.png": b"x",
            ".hidden/00000.png": names[29][1],
            "list_attr_celeba.csv": b"image_id,Smiling\n",
        },
    )
    write_zip(folder / "one.zip", {f"img/{name}": each for name, each in names[10:20]})
    write_zip(
        folder / "two.ZIP",
        {f"img/{name}": each for name, each in names[15:29]}
        | {"__MACOSX/img/._1.png": b"x", "img/.DS_Store": b"x"},
    )
    both = data.load("celeba", "train+test", folder)
    assert sorted(both.images[:, 0, 0, 0]) == list(range(29))
    assert about("celeba")["audit"] == {"not an image": 1, "duplicate": 5, "good": 29}


KILL = """
    import os, signal, sys
    import numpy as np
    from gancourse.data.readers import folder as folders
    from gancourse.data.readers.listing import open_files

    source, target, moment = sys.argv[1:]
    die = lambda: os.kill(os.getpid(), signal.SIGKILL)
    write_part, savez, write_images = folders._write_part, np.savez, folders._write_images
    done = 0

    def part(*arguments):
        global done
        write_part(*arguments)
        done += 1
        if moment == "between" and done == 3:
            die()

    def save(path, **arrays):
        if moment == "part" and done == 3:
            path.write_bytes(b"PK half a part")
            die()
        savez(path, **arrays)

    def images(path, *arguments):
        write_images(path, *arguments)
        if moment == "array":
            path.write_bytes(path.read_bytes()[:-1000])
            die()

    folders._write_part, np.savez, folders._write_images = part, save, images
    with open_files(source) as files:
        folders.prepare_files(files, target, "celeba", 16, "crop", chunk=10)
"""


def prepare(source, target, **options):
    with open_files(source) as files:
        folders.prepare_files(
            files, target, "celeba", **({"size": 16, "fit": "crop", "chunk": 10} | options)
        )


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("packed", [False, True])
def test_the_number_of_threads_changes_no_byte(mixed, tmp_path, monkeypatch, packed):
    content, _ = mixed
    place = write_zip(tmp_path / "a.zip", content) if packed else write(tmp_path / "a", content)
    at_work = set()
    to_square = folders._to_square

    def watched(*arguments):
        at_work.add(threading.get_ident())
        time.sleep(0.001)  # lets another thread in
        return to_square(*arguments)

    monkeypatch.setattr(folders, "_to_square", watched)
    for threads in (1, 4):
        at_work.clear()
        prepare(place, tmp_path / str(threads), threads=threads, chunk=100)
        assert len(at_work) == threads
    assert contents(tmp_path / "1") == contents(tmp_path / "4")


def test_warnings_are_silenced_for_all_threads_together(tmp_path, monkeypatch, recwarn):
    """Python's filters are those of all threads: set by each for itself, one's could outlive the preparation."""
    bomb = png(10_000, 10_000, 8, 2, b"")  # Pillow warns of it
    source, before, seen = write(tmp_path / "a", faces(20) | {"z.png": bomb}), warnings.filters, []
    kind = audit._kind
    monkeypatch.setattr(audit, "_kind", lambda *args: seen.append(warnings.filters) or kind(*args))
    prepare(source, tmp_path / "x", threads=4)
    assert len(seen) == 20 and all(filters is seen[0] for filters in seen)
    assert seen[0] is not before and warnings.filters is before and not recwarn


def test_what_fails_in_a_thread_ends_the_preparation_and_the_rest_goes_on_from_there(
    tmp_path, monkeypatch
):
    source, target = write(tmp_path / "a", faces(60)), tmp_path / "b" / "x"
    to_square, done = folders._to_square, []

    def fail_at_25th(*arguments):
        done.append(1)
        if len(done) == 25:
            raise MemoryError("no room for this image")
        return to_square(*arguments)

    monkeypatch.setattr(folders, "_to_square", fail_at_25th)
    with pytest.raises(MemoryError, match="no room"):
        prepare(source, target, threads=4)
    assert len(done) <= 30, "the chunk's other files at most"
    assert not target.exists() and len(list((tmp_path / "b" / "x.unfinished").glob("*.npz"))) == 2
    prepare(source, target, threads=4)
    prepare(source, tmp_path / "fresh", threads=1)
    assert contents(target) == contents(tmp_path / "fresh")


def test_an_interruption_drops_the_files_that_wait(tmp_path, monkeypatch):
    """It comes out of a thread here: a test's process may have been started to ignore the signal."""
    source, to_square, done = write(tmp_path / "a", faces(200)), folders._to_square, []

    def interrupt_at_5th(*arguments):
        done.append(1)
        if len(done) == 5:
            raise KeyboardInterrupt
        if len(done) >= 5:
            time.sleep(0.5)  # half a minute for those that wait
        return to_square(*arguments)

    monkeypatch.setattr(folders, "_to_square", interrupt_at_5th)
    with pytest.raises(KeyboardInterrupt):
        prepare(source, tmp_path / "b" / "x", threads=4, chunk=200)
    assert len(done) <= 20
    monkeypatch.setattr(folders, "_to_square", to_square)
    prepare(source, tmp_path / "b" / "x", threads=4, chunk=200)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(90, "about 6 min more, judging by the first 10"), (1, "")]
)
def test_how_long_it_takes_is_said_after_the_first_chunk(
    tmp_path, monkeypatch, capsys, seconds, said
):
    clock = iter(range(0, 1000 * seconds, seconds))
    monkeypatch.setattr(folders, "perf_counter", lambda: next(clock))
    prepare(write(tmp_path / "a", faces(50)), tmp_path / "x")
    out = capsys.readouterr().out
    assert said in out and out.count("\n") == bool(said)
    if said:
        assert out.startswith("celeba: each of 50 files is checked")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("moment", "finished"), [("between", 3), ("part", 3), ("array", 7)])
def test_killed_and_started_again_equals_never_interrupted(tmp_path, monkeypatch, moment, finished):
    source = write(
        tmp_path / "a",
        faces(20) | {f"{i:05}.jpg": encoded(noise(i), "JPEG") for i in range(20, 60)}
        | {"1.jpg": b"", "copy.png": plain((0, 0, 7))},
    )  # fmt: skip
    prepare(source, tmp_path / "whole" / "x")
    whole = contents(tmp_path / "whole" / "x")

    target = tmp_path / "killed" / "x"
    script = [sys.executable, "-c", textwrap.dedent(KILL), str(source), str(target), moment]
    done = subprocess.run(script, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert not target.exists()
    assert len(list((tmp_path / "killed" / "x.unfinished").glob("*.npz"))) == finished

    written = []
    original = folders._write_part
    monkeypatch.setattr(
        folders, "_write_part", lambda part, *rest: written.append(part) or original(part, *rest)
    )
    prepare(source, target)
    assert len(written) == 7 - finished, "finished parts are not made again"
    assert contents(target) == whole
    assert list(target.parent.iterdir()) == [target], "nothing is left behind"


@pytest.mark.parametrize("change", ["file", "size", "fit", "chunk"])
def test_what_was_begun_for_something_else_is_not_gone_on_with(tmp_path, monkeypatch, change):
    source, target = write(tmp_path / "a", faces(40)), tmp_path / "b" / "x"
    original = folders._write_part

    def stop_at_third(part, *rest):
        if part.name == "000000020.npz":
            raise KeyboardInterrupt
        original(part, *rest)

    monkeypatch.setattr(folders, "_write_part", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        prepare(source, target)
    monkeypatch.setattr(folders, "_write_part", original)
    options = {"size": {"size": 8}, "fit": {"fit": "squash"}, "chunk": {"chunk": 20}}
    if change == "file":
        write(source, {"00003.png": plain((250, 250, 250))})
    prepare(source, target, **options.get(change, {}))
    prepare(source, tmp_path / "fresh", **options.get(change, {}))
    assert contents(target) == contents(tmp_path / "fresh")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file size")
def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    """A limit on file size stands in for the full disk: the parts fit, the array does not."""
    source, target = write(tmp_path / "a", faces(40)), tmp_path / "b" / "x"
    limit = """
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (15_000, resource.RLIM_INFINITY))
    """
    head, tail = textwrap.dedent(KILL).split("source, target, moment")
    script = head + textwrap.dedent(limit) + "source, target, moment" + tail
    done = subprocess.run(
        [sys.executable, "-c", script, str(source), str(target), "never"],
        capture_output=True,
        text=True,
    )
    assert f"cannot write {target}" in done.stderr and "free some space" in done.stderr
    assert [path.name for path in target.parent.iterdir()] == ["x.unfinished"]
    prepare(source, target)
    assert np.load(target / "images.npy").shape == (40, 16, 16, 3)


def test_an_explicit_path_wins_over_what_is_prepared(tmp_path):
    one, two = write(tmp_path / "one", faces(20)), write(tmp_path / "two", faces(20, start=100))
    first = data.load("celeba", path=one).fingerprint
    made = (data.prepared_folder("celeba") / "about.json").stat().st_mtime_ns
    assert data.load("celeba", path=one).fingerprint == first
    assert (data.prepared_folder("celeba") / "about.json").stat().st_mtime_ns == made, (
        "no work twice"
    )
    second = data.load("celeba", path=two).fingerprint
    assert second != first
    assert data.load("celeba").fingerprint == second, "without a path: the files last named"
    assert data.load("celeba", path=one).fingerprint == first
    write(one, {"00003.png": plain((250, 250, 250))})
    assert data.load("celeba", path=one).fingerprint != first, "a changed file is seen"
    # sizes and fits stand beside each other
    data.load("celeba", path=one, size=32)
    data.load("celeba", path=one, size=32, fit="squash")
    assert [folder.name for folder in data.preparations(data.dataset_spec("celeba"))] == [
        "celeba-32-crop",
        "celeba-32-squash",
        "celeba-64-crop",
    ]


def test_the_environment_names_the_set_its_folder_or_a_collection(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCOURSE_DATA", str(write(tmp_path / "plain", faces(20))))
    expected = data.load("celeba").fingerprint
    for name in ("celeba", "celeba.zip"):
        shutil.rmtree(data.prepared_folder("celeba"))
        root = tmp_path / f"root of {name}"
        write(root, {f"anime/{key}": each for key, each in faces(20, start=50).items()})
        if name == "celeba":
            write(root / name, faces(20))
        else:
            write_zip(root / name, faces(20))
        monkeypatch.setenv("GANCOURSE_DATA", str(root))
        assert data.load("celeba").fingerprint == expected
    with pytest.raises(
        GancourseError, match="has celeba, anime and no folder photo2cartoon"
    ) as caught:
        data.load("photo2cartoon")
    assert "arnaud58/photo2cartoon" in str(caught.value)


def test_a_damaged_preparation_is_named(tmp_path):
    folder = write(tmp_path / "a", faces(20))
    data.load("celeba", path=folder)
    (data.prepared_folder("celeba") / "images.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(GancourseError, match="delete it and prepare the data again"):
        data.load("celeba")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"\n<!DOCTYPE html><html><title>Google Drive - Quota exceeded",
            "is a web page, not a zip",
        ),
        (b"PK\x03\x04 and no end", "is not a zip, or is cut short"),
        (b"", "is not a zip, or is cut short"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_what_is_no_zip_is_said(tmp_path, content, message, inside):
    folder = write(tmp_path / "a", faces(3) | {"img_align_celeba.zip": content})
    place = folder if inside else folder / "img_align_celeba.zip"
    with pytest.raises(GancourseError, match=message) as caught:
        data.load("celeba", path=place)
    assert str(folder / "img_align_celeba.zip") in str(caught.value)
    assert data.preparations(data.dataset_spec("celeba")) == []


def test_too_little_is_said_with_the_counts(tmp_path):
    with pytest.raises(GancourseError, match="no folder or zip at"):
        data.load("celeba", path=tmp_path / "nowhere")
    (tmp_path / "a").mkdir()
    with pytest.raises(GancourseError, match="there are no files in the folder"):
        data.load("celeba", path=tmp_path / "a")
    write(tmp_path / "a", faces(1) | {"a.jpg": b"", "b.jpg": b"<html>"})
    with pytest.raises(GancourseError, match="Of 3 files: 1 empty, 1 not an image, 1 good"):
        data.load("celeba", path=tmp_path / "a")
    with pytest.raises(GancourseError, match="folders trainA, trainB, testA, testB"):
        data.load("photo2cartoon", path=tmp_path / "a")
    assert list((tmp_path / "cache" / "prepared").iterdir()) == []
    write(tmp_path / "a", faces(2))
    assert len(data.load("celeba", path=tmp_path / "a")) == 1


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("mnist", {"size": 64}, "mnist has its own size: leave size=64 out"),
        ("digits", {"size": 8}, "digits has its own size"),
        ("celeba", {"size": 4}, "size=4: must be a whole number from 8 to 512"),
        ("celeba", {"size": 64.0}, "must be a whole number"),
        ("faceworld-photo", {"size": 513}, "must be a whole number from 8 to 512"),
        ("celeba", {"fit": "stretch"}, "no fit is called 'stretch'; there are: crop, squash"),
        ("faceworld-anime", {"path": "."}, "embedded and takes no path"),
        ("faceworld-photo2cartoon", {"path": "."}, "embedded and takes no path"),
        ("faceworld-photo2cartoon", {"size": 7}, "must be a whole number from 8 to 512"),
    ],
)
def test_a_wrong_request_is_named(name, options, message):
    with pytest.raises(GancourseError, match=message):
        data.load(name, **options)


def test_kaggle_is_asked_for_one_handle_after_the_other(tmp_path, monkeypatch):
    folder, asked = write(tmp_path / "a", faces(20)), []

    def deliver(handle):
        asked.append(handle)
        if handle == "splcher/animefacedataset":
            raise RuntimeError("403 Client Error\nand more")
        return str(folder)

    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=deliver))
    assert len(data.load("anime")) == 18
    assert asked == ["splcher/animefacedataset", "soumikrakshit/anime-faces"]
    data.load("anime", "test")
    assert len(asked) == 2, "prepared: nothing is fetched"


def test_without_files_one_message_says_what_to_fetch(monkeypatch):
    monkeypatch.setitem(sys.modules, "kagglehub", None)  # as if it were not installed
    with pytest.raises(GancourseError) as caught:
        data.load("celeba")
    message = str(caught.value)
    assert "pip install kagglehub" in message and "1,443 MB" in message
    assert "https://www.kaggle.com/datasets/jessicali9530/celeba-dataset" in message
    assert "gancourse data celeba --from" in message and "GANCOURSE_DATA" in message

    def refuse(handle):
        raise OSError("Network is unreachable")

    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=refuse))
    with pytest.raises(
        GancourseError, match="jessicali9530/celeba-dataset: Network is unreachable"
    ):
        data.load("celeba")


def test_a_count_takes_files_at_equal_distances_into_a_folder_of_its_own(tmp_path):
    files, rng = tmp_path / "files", np.random.default_rng(0)
    files.mkdir()
    for number in range(100):
        pixels = np.full((32, 32, 3), 2 * number, np.uint8) + rng.integers(
            0, 2, (32, 32, 3), np.uint8
        )
        Image.fromarray(pixels).save(files / f"{number:03}.png")
    some = {split: data.load("celeba", split, files, 8, count=20) for split in ("train", "test")}
    assert (len(some["train"]), len(some["test"])) == (18, 2)
    assert some["test"].images[:, 0, 0, 0].tolist() == pytest.approx([0, 100], abs=3)
    assert some["train"].images[:3, 0, 0, 0].tolist() == pytest.approx([10, 20, 30], abs=3)
    whole = data.load("celeba", "train", files, 8)
    assert len(whole) == 90 and whole.fingerprint != some["train"].fingerprint
    assert [folder.name for folder in data.preparations(data.dataset_spec("celeba"))] == [
        "celeba-8-crop",
        "celeba-8-crop-20",
    ]
    again = data.load(
        "celeba", "train", size=8, count=20
    )  # from the cache, the whole set beside it
    assert again.fingerprint == some["train"].fingerprint
    assert len(data.load("celeba", "train", files, 8, count=1000)) == 90, "all there are"


@pytest.mark.parametrize(
    ("name", "count", "message"),
    [
        ("digits", 5, "digits comes whole: leave count=5 out.*celeba, anime"),
        ("mnist", 5, "mnist comes whole"),
        ("celeba", -1, "count=-1: must be at least 1, or 0 for all"),
    ],
)
def test_a_count_that_cannot_be_is_refused(name, count, message):
    with pytest.raises(GancourseError, match=message):
        data.load(name, count=count)
