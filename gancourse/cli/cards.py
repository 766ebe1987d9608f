"""How a score card is printed."""


def print_card(card: dict) -> None:
    """Print the card of a run, a line a number."""
    if "agreement" in card:
        judge = card["judge"]
        print(f"label agreement   {card['agreement']:.4f} of {card['samples']:,} samples")
        print(
            f"within-class std  {card['std']:.4f}, {card['std_ratio']:.3f} of the real test images'"
        )
        print(
            f"judge             {judge['test_accuracy']:.4f} on the test images of {judge['data']}"
        )
    else:
        print(
            f"distance          {card['distance']:.2f} with {card['samples']:,} samples, by level:"
        )
        for side, value in card["distance_by_level"].items():
            print(
                f"  {side:>4} pixels     {value:.2f}, real to real {card['floor_by_level'][side]:.2f}"
            )
        print(f"layout            {card['layout']:.3f}, real to real {card['layout_floor']:.3f}")
        print(f"spread            {card['spread_ratio']:.3f} of the real test images'")
        if "domains" in card:
            shares = (f"{kind} {card['domains'][kind]:.1%}" for kind in ("photo", "cartoon"))
            doubted = card["domains"]["in_between"]
            print(f"domains           {', '.join(shares)}, in between {doubted:.1%}")
        if "attributes" in card:
            lost, looks = card["attributes"]["missing"], card["attributes"]["looks"]
            print(f"missing           {', '.join(lost) or 'no attribute'}")
            print(
                f"looks             {looks['fake']} combinations in {looks['of']:,} faces, real {looks['real']}"
            )
        if "memorisation" in card:
            near = card["memorisation"]["share_below_held_out_1_percent"]
            print(
                f"copies            {near:.1%} nearer to a training image than 99 of 100 real ones"
            )
    for name, features in (("features", "features"), ("inception", "Inception's")):
        if name in card:
            _print_features(card[name], card[f"{name}_floor"], features)


def _print_features(card: dict, floor: dict, features: str) -> None:
    """Distances and shares on features; behind each what other real images have."""
    settings = card["settings"]
    print(f"{features:<17} {settings['samples']:,} samples, {settings['extractor']}")
    print(f"  Fréchet         {card['frechet']:.4g}, real to real {floor['frechet']:.4g}")
    print(
        f"  kernel          {card['kernel']:.4g} ± {card['kernel_std']:.2g}, real to real {floor['kernel']:.4g}"
    )
    for share in ("precision", "recall", "density", "coverage"):
        print(f"  {share:<15} {card[share]:.3f}, real to real {floor[share]:.3f}")
