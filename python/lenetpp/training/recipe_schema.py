"""What a recipe's file may say: each key with its type, and no other key. Imported when a file is read."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from lenetpp.data.picture_fit import Fit
from lenetpp.records.record_schema import STRICT, Count, Digest, Names, PictureSize, Share, checked_settings


@with_config(STRICT)
class RecipeData(TypedDict):
    """As :class:`lenetpp.data.choice.DataChoice`, and the digest of these data."""

    source: str
    classes: NotRequired[Names]
    train_per_class: NotRequired[Count]
    test_per_class: NotRequired[Count]
    validation_per_class: NotRequired[Count]
    validation: NotRequired[Share]
    test: NotRequired[Share]
    split_seed: NotRequired[Count]
    size: NotRequired[PictureSize]
    fit: NotRequired[Fit]
    digest: Digest


RecipeNumerics = TypedDict("RecipeNumerics", {"version": Count, "class": str})
"""Those that the digests are of."""
with_config(STRICT)(RecipeNumerics)


@with_config(STRICT)
class Recipe(TypedDict):
    """As :class:`lenetpp.training.frozen_recipes.FrozenRecipe`."""

    about: str
    network: str
    dtype: NotRequired[Literal["float32", "float64"]]
    data: RecipeData
    settings: Annotated[dict[str, Any], AfterValidator(checked_settings)]
    digests: dict[Annotated[str, Field(pattern=r"^[0-9]{1,20}$")], Digest]
    numerics: RecipeNumerics


RECIPE = TypeAdapter(Recipe)
