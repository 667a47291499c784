extension Template {
  /// What a prompt or a `sees` calls the item's video or picture. It is no column: in its place pictures are shown.
  public static let media = "item.media"

  /// Whether its holes show the item's video or picture.
  public var showsMedia: Bool { shows(Self.media) }
}
