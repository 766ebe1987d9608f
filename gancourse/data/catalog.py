"""The data sets of the course, one `DatasetSpec` for each: where it comes from, its terms, what its images are."""

from functools import partial

from gancourse import GancourseError
from gancourse.data.readers import bundled, cifar, idx
from gancourse.data.spec import Bundled, DatasetSpec, Files, ImageFolder

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
THINGS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
DOMAINS = ("photo", "cartoon")

_SPECS = (
    DatasetSpec(
        name="digits",
        title="scikit-learn's handwritten digits",
        count="1,797 images, 8 × 8 grey, 10 classes",
        licence="CC BY 4.0",
        cite="Alpaydin and Kaynak, UCI Machine Learning Repository, 1998",
        datasheet="sheet-digits",
        source=Bundled(bundled.read_digits),
        suite="labelled",
        channels=1,
        size=8,
        classes=DIGITS,
    ),
    DatasetSpec(
        name="mnist",
        title="MNIST handwritten digits",
        count="60,000 + 10,000 images, 28 × 28 grey, 10 classes",
        licence="CC BY-SA 3.0",
        cite="LeCun, Bottou, Bengio and Haffner, Proceedings of the IEEE 86(11), 1998",
        datasheet="sheet-mnist",
        source=Files(
            read=idx.read_labelled,
            checksums={
                "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
                "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
                "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
            },
            mirrors=(  # the original host answers 403
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            megabytes=11.6,
        ),
        suite="labelled",
        channels=1,
        size=28,
        classes=DIGITS,
    ),
    DatasetSpec(
        name="fashion-mnist",
        title="Fashion-MNIST, photographs of clothes from a shop",
        count="60,000 + 10,000 images, 28 × 28 grey, 10 classes",
        licence="MIT",
        cite="Xiao, Rasul and Vollgraf, arXiv:1708.07747, 2017",
        datasheet="sheet-fashion-mnist",
        source=Files(
            read=idx.read_labelled,
            checksums={  # github.com/zalandoresearch/fashion-mnist, README.md, "Get the Data"
                "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
                "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
                "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
            },
            mirrors=(
                "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ),
            megabytes=30.9,
        ),
        suite="labelled",
        channels=1,
        size=28,
        classes=CLOTHES,
    ),
    DatasetSpec(
        name="cifar-10",
        title="CIFAR-10, photographs of animals and vehicles",
        count="50,000 + 10,000 images, 32 × 32 colour, 10 classes",
        licence="none stated; the authors ask to be cited",
        cite="Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
        datasheet="sheet-cifar-10",
        source=Files(
            read=cifar.read_labelled,
            # cs.toronto.edu/~kriz/cifar.html, "Download", the binary version
            checksums={"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
            mirrors=(  # the first leads to the second
                "https://www.cs.toronto.edu/~kriz/",
                "https://cave.cs.toronto.edu/kriz/",
            ),
            megabytes=170,
        ),
        suite="labelled",
        channels=3,
        size=32,
        classes=THINGS,
    ),
    *(
        DatasetSpec(
            name=f"faceworld-{style}",
            title=f"faces drawn by a program, {what}",
            count="4,000 + 1,000 images, any size, attributes known",
            licence="MIT, as this course",
            cite="gancourse.data.faceworld",
            datasheet="sheet-faceworld",
            source=Bundled(partial(bundled.draw_faces, styles=(style,))),
            suite="faces",
            channels=3,
        )
        for style, what in (
            ("photo", "shaded like photographs"),
            ("anime", "in anime style"),
            ("cartoon", "in cartoon style"),
        )
    ),
    DatasetSpec(
        name="faceworld-photo2cartoon",
        title="faces drawn by a program, half as photographs, half as cartoons, unpaired",
        count="4,000 + 1,000 images, any size, labels 0 photo and 1 cartoon, attributes known",
        licence="MIT, as this course",
        cite="gancourse.data.faceworld",
        datasheet="sheet-faceworld-photo2cartoon",
        source=Bundled(partial(bundled.draw_faces, styles=DOMAINS)),
        suite="faces",
        channels=3,
        domains=DOMAINS,
    ),
    DatasetSpec(
        name="celeba",
        title="CelebA, aligned photographs of celebrities",
        count="202,599 images, 178 × 218 colour",
        licence="non-commercial research only",
        cite="Liu, Luo, Wang and Tang, Deep Learning Face Attributes in the Wild, ICCV 2015",
        datasheet="sheet-celeba",
        source=ImageFolder(handles=("jessicali9530/celeba-dataset",), megabytes=1443),
        suite="faces",
        channels=3,
    ),
    DatasetSpec(
        name="anime",
        title="anime faces",
        count="about 63,500 or 21,551 images, by source; colour",
        licence="none stated: crawled artwork",
        cite="Kaggle, see the handles",
        datasheet="sheet-anime",
        source=ImageFolder(handles=("splcher/animefacedataset", "soumikrakshit/anime-faces")),
        suite="faces",
        channels=3,
    ),
    DatasetSpec(
        name="photo2cartoon",
        title="photographs and drawn faces, unpaired",
        count="four folders, labels 0 photo and 1 cartoon",
        licence="photographs as CelebA; none stated for the drawings",
        cite="Kaggle, see the handles",
        datasheet="sheet-photo2cartoon",
        source=ImageFolder(
            handles=("srrrrr/photo2cartoon", "arnaud58/photo2cartoon"),
            places={
                "trainA": ("train", 0),
                "trainB": ("train", 1),
                "testA": ("test", 0),
                "testB": ("test", 1),
            },
        ),
        suite="faces",
        channels=3,
        domains=DOMAINS,
    ),
)

CATALOG = {spec.name: spec for spec in _SPECS}


def dataset_spec(name: str) -> DatasetSpec:
    """The spec of the data set called `name`.

    Parameters
    ----------
    name : str
        A name that `gancourse data` lists.

    Raises
    ------
    GancourseError
        If there is none; the message lists the names.
    """
    if name not in CATALOG:
        raise GancourseError(f"no data set is called {name!r}; there are: {', '.join(CATALOG)}")
    return CATALOG[name]
