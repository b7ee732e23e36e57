/** Four words for a round and its key, the same on every screen: people in one room can compare them. */
const WORDS = (
  'acorn amber anchor apple apron arch aspen attic autumn bamboo barley basil basin basket beach beacon '
  + 'bean bell bench berry birch bird blanket blossom boat bonfire book boot bowl branch bread breeze '
  + 'brick bridge broom brook bucket butter button cabin cactus candle canoe canvas carrot castle cedar cellar '
  + 'chair chalk cherry chestnut chimney cider cinnamon circle clay cliff clock cloud clover coal coast coat '
  + 'cobble comb copper coral cork corn cotton cradle creek cricket crow cup curtain daisy dawn door '
  + 'dove drum duck dune dusk eagle earth elbow ember envelope fern ferry field finch fire flag '
  + 'flax flint flute forest fountain fox frost garden garlic gate ginger glass glove goat goose grain '
  + 'granite grape grass gravel hammer harbour harp hazel heather hedge heron hill hinge hive honeycomb horse '
  + 'iris iron island ivy jacket jar jasmine jug juniper kettle key kite ladder lake lamp lantern '
  + 'lark laurel lavender leaf lemon lichen lily linden linen loaf loom lotus magpie maple marble market '
  + 'marsh meadow melon mill mint mirror mole moon moss mountain mug nest nettle north nut oak '
  + 'oat olive onion orchard otter oven owl paddle paper parsley path peach pebble pencil pepper piano '
  + 'pigeon pillow pine plum pocket pond poppy porch potato quilt quince rabbit rain raven ribbon ridge '
  + 'river robin rocket roof root rope rose rowan sage salt sand scarf seed shell shore shovel '
  + 'silk silver sky slate snow spoon spring spruce squirrel stable stone straw stream summer swan table '
  + 'tea thistle thyme towel tulip valley violet wagon walnut water wheat willow window winter wool wren'
).split(' ');

/** Four of 256 words from the first four bytes of a digest. */
export function fourWords(id) {
  return Array.from(id.subarray(0, 4), (byte) => WORDS[byte]);
}
