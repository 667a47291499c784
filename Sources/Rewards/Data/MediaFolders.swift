import Foundation

/// Where the media of records lie: below one folder, or below that of their data source where it has one.
public struct MediaFolders: Sendable, Equatable {
  public var media: URL
  /// The folders of data sources, by `data_source` with `_` for everything but letters and digits: keys of recipes hold
  /// no more.
  public var roots: [String: URL]

  public init(media: URL, roots: [String: URL] = [:]) {
    self.media = media
    self.roots = roots
  }

  /// Where the video or picture of a record is.
  public func file(_ path: String, of dataSource: String) -> URL {
    root(of: dataSource).appendingPathComponent(path)
  }

  /// The folder that paths of records of a data source start from.
  public func root(of dataSource: String) -> URL {
    let source = dataSource.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return roots[String(source)] ?? media
  }
}
