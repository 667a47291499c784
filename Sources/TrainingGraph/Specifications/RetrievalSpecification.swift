import Foundation
import Models
import RecipeLanguage
import Rewards

/// Passages of a text collection that are looked up for every record of a data set.
public struct RetrievalSpecification: Sendable, Equatable, CustomStringConvertible {
  public enum Collection: Sendable, Equatable {
    /// A text file, or a folder of such files.
    case file(String)
    /// The texts that the data bring along.
    case data
  }

  public var collection: Collection
  /// The column whose words are looked for.
  public var query: String
  /// Passages per record at most.
  public var passages: Int
  /// SHA-256 over the collection's files, where they are there before the run.
  public var contentDigest: String?

  public init(
    collection: Collection, query: String, passages: Int, contentDigest: String? = nil
  ) {
    self.collection = collection
    self.query = query
    self.passages = passages
    self.contentDigest = contentDigest
  }

  /// Reads the block `retrieval`.
  public init(settings: Record) throws {
    self.init(
      collection: .data, query: try settings.string("query"),
      passages: try settings.integer("passages"))
    guard case .file(_, let path) = try settings.path("collection") else { return }
    collection = .file(path)
    let digests = try? TextCollection.files(at: URL(fileURLWithPath: path)).map {
      $0.lastPathComponent + " " + (try Digest.sha256(contentsOf: $0))
    }
    contentDigest = digests.map { Digest.sha256($0.joined(separator: "\n")) }
  }

  /// What results depend on: of a file its contents, where they are known.
  public var description: String {
    let source =
      switch collection {
      case .data: "texts of the data"
      case .file(let path): contentDigest ?? path
      }
    return "\(passages) passages by \(query) from \(source)"
  }
}
