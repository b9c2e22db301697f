/** Files, links and copies of what is shown, and why one could not be made. */
export const files = {
  download: 'Download PNG',
  latent: 'Download latent',
  latentHelp_one:
    'The picture itself, before it has a size: a small file with {{count}} level that can be drawn again at any size.',
  latentHelp_other:
    'The picture itself, before it has a size: a small file with {{count}} levels that can be drawn again at any size.',
  open: 'Open',
  openHelp:
    'Brings back a picture from its .dcs file, or from a PNG or MP4 that was downloaded here, with its prompt and seed. It can be drawn at any size and get more levels. Files can also be dropped on the page.',
  copy: 'Copy picture',
  copied: 'Picture copied',
  share: 'Copy link',
  shared: 'Link copied',
  shareHelp:
    'A link to this very picture: its latent is in the link itself, behind the #, which no server gets to see. A picture that is too large for a link is described by its prompt and settings instead.',
  clip: 'Download clip',
  clipFormats: {
    mp4: 'MP4 video',
    webm: 'WebM video',
    gif: 'Animated GIF',
    zip: 'Frames as PNG, zipped',
  },
  missingFrames:
    'The clip has {{read}} of its {{frames}} frames so far. Wait until all are drawn, then try again.',
  noEncoder:
    'This browser cannot write {{format}} at this size. Take the GIF or the frames instead, or make the clip smaller.',
  noVideo: 'The video encoder gave no file. Try again.',
  noPngCanvas: 'This browser gave no canvas to write the PNG with. Close some tabs and try again.',
  noClipCanvas:
    'This browser gave no canvas to write the clip with. Close some tabs and try again.',
} as const;
