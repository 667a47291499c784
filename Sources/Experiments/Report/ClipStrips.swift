import Foundation

/// Draws clips as strips of frames and keeps the page within its size.
struct ClipStrips {
  let folders: [URL]
  let frames: ClipFrames
  var remainingBytes: Int

  /// The strip of one clip, or a sentence that says why there is none; nothing for a question of text
  /// alone, which has no path.
  mutating func strip(of path: String, describing problem: String) -> HTML {
    guard !path.isEmpty else { return "" }
    guard let url = locate(path) else {
      return Self.absent("The clip is no longer where the run found it.")
    }
    let loaded: [ReportFrame]
    do {
      loaded = try frames.load(url)
    } catch {
      return Self.absent("The clip could not be decoded again.")
    }
    let size = loaded.reduce(0) { $0 + $1.png.count }
    guard size <= remainingBytes else {
      return Self.absent("Its frames are left out to keep this page small.")
    }
    remainingBytes -= size
    let items: [HTML] = loaded.enumerated().map { index, frame in
      let time = Format.number(frame.seconds, decimals: 1) + "\u{202F}s"
      return """
        <li><img alt="Frame \(index + 1) of \(loaded.count), at \(time)" \
        src="data:image/png;base64,\(frame.png.base64EncodedString())"><span>\(time)</span></li>
        """
    }
    return """
      <ol class="strip" tabindex="0" aria-label="Frames of the clip, in order">\(items)</ol>
      """
  }

  private static func absent(_ reason: String) -> HTML { "<p class=\"absent\">\(reason)</p>" }

  private func locate(_ path: String) -> URL? {
    guard !path.isEmpty else { return nil }
    let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    let candidates =
      path.hasPrefix("/")
      ? [URL(fileURLWithPath: path)]
        + folders.map { $0.appendingPathComponent(String(path.dropFirst())) }
      : folders.map { $0.appendingPathComponent(relative) }
    return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
  }
}
