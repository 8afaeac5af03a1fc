"""A box of 100 x 100 px seen a little from the right and from above: its back is 40 px to the right and 20 up."""

FRONT = [[100, 200], [200, 200], [200, 300], [100, 300]]
BACK = [[140, 180], [240, 180], [240, 280], [140, 280]]
_SAID = ',"cuboid":[[[100,200],[200,200],[200,300],[100,300]],[[140,180],[240,180],[240,280],[140,280]]]'


def _from(place: int, face: list[list[int]]) -> list[list[int]]:
    return face[place:] + face[:place]


def _moved(dx: int, face: list[list[int]]) -> list[list[int]]:
    return [[x + dx, y] for x, y in face]


BEYOND_FORM = ("twisted",)
GOOD = (
    ([FRONT, BACK], _SAID),
    # Begun at another corner, or gone round the other way: the same cuboid, so the same bytes.
    ([_from(2, FRONT), _from(2, BACK)], _SAID),
    ([FRONT[::-1], BACK[::-1]], _SAID),
    # 0.6 px outside is pulled in; a back in the middle of the front is a corridor, looked into.
    (
        [[[-0.6, 0], [640, 0], [640, 480], [0, 480]], [[300, 200], [340, 200], [340, 280], [300, 280]]],
        ',"cuboid":[[[0,0],[640,0],[640,480],[0,480]],[[300,200],[340,200],[340,280],[300,280]]]',
    ),
)
BAD = (
    ("one face", [FRONT], "cuboid", "wrong_type"),
    ("three corners", [FRONT[:3], BACK], "cuboid[0]", "wrong_type"),
    ("a corner outside", [FRONT, [[140, 180], [642, 180], [240, 280], [140, 280]]], "cuboid[1][1]", "outside_image"),
    ("a front that crosses itself", [[FRONT[0], FRONT[2], FRONT[1], FRONT[3]], BACK], "cuboid[0]", "twisted"),
    ("a front bent inwards", [[[100, 200], [200, 200], [130, 230], [100, 300]], BACK], "cuboid[0]", "twisted"),
    ("a back turned over", [FRONT, BACK[::-1]], "cuboid[1]", "twisted"),
    ("a back without height", [FRONT, [[140, 180], [240, 180], [240, 180], [140, 180]]], "cuboid[1]", "twisted"),
    (
        "a front of half a pixel",
        [[[100, 200], [101, 200], [101, 200.5], [100, 200.5]], BACK],
        "cuboid[0]",
        "too_small",
    ),
)
# The silhouette is a hexagon: each face's 10,000 px² and what the way between sweeps beyond them: a square swept by
# (40, -20) covers 10,000 + 100 x 40 + 100 x 20 = 16,000 px².
SIMILARITY = (
    ([FRONT, BACK], [FRONT, BACK], 1.0, "the same"),
    # Front and back changed: the silhouette is the same. The fronts share 60 x 80 = 4,800 of 15,200 px².
    ([FRONT, BACK], [BACK, FRONT], (4_800 / 15_200 + 1) / 2, "front and back changed"),
    # Only the hidden corner (bottom left of the back) differs: nobody is judged by it.
    (
        [FRONT, BACK],
        [FRONT, [BACK[0], BACK[1], BACK[2], [150, 275]]],
        1.0,
        "the corner that cannot be seen",
    ),
    # 700 px to the right: nothing in common.
    ([FRONT, BACK], [_moved(700, FRONT), _moved(700, BACK)], 0.0, "elsewhere"),
    # No depth at all: the fronts are the same, the silhouette is the front alone, 10,000 of 16,000 px².
    ([FRONT, BACK], [FRONT, FRONT], (1 + 10_000 / 16_000) / 2, "no depth"),
)
