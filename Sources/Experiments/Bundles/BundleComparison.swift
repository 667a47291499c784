import Foundation

/// What one bundle has and another has not, by the digests of their manifests.
public struct BundleComparison: Sendable, Codable, Equatable {
  public enum Change: String, Sendable, Codable {
    case onlyInFirst = "only in the first"
    case onlyInSecond = "only in the second"
    case changed
  }

  public struct Difference: Sendable, Codable, Equatable {
    /// A member, or something that is known by its digest only.
    public var name: String
    public var role: BundleRole
    public var change: Change
  }

  /// Names that both have with the same digest.
  public private(set) var equal = 0
  /// By name.
  public private(set) var differences: [Difference] = []

  public init(_ first: BundleManifest, _ second: BundleManifest) {
    let (old, new) = (Self.contents(first), Self.contents(second))
    for name in Set(old.keys).union(new.keys).sorted() {
      let change: Change
      switch (old[name], new[name]) {
      case (let one?, let two?) where one.digest == two.digest:
        equal += 1
        continue
      case (_?, _?): change = .changed
      case (_?, nil): change = .onlyInFirst
      case (nil, _): change = .onlyInSecond
      }
      let role = (old[name] ?? new[name])?.role ?? .manifest
      differences.append(Difference(name: name, role: role, change: change))
    }
  }

  /// Weights that one bundle includes and the other knows by their digest are the same weights.
  private static func contents(
    _ manifest: BundleManifest
  ) -> [String: (digest: String, role: BundleRole)] {
    let all =
      manifest.members.map { ($0.path, ($0.sha256, $0.role)) }
      + manifest.references.map { ($0.name, ($0.sha256, $0.role)) }
    return Dictionary(all) { first, _ in first }
  }
}

extension RunBundle {
  /// Unpacks the bundle where nobody else looks, for as long as `body` takes.
  ///
  /// - Throws: `BundleError`, also for a member that is not as the manifest says; `ExperimentError`.
  public func withRun<Result>(_ body: (RunDirectory) throws -> Result) throws -> Result {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("sousvide-bundle")
    return try Self.withFolder(beside: place) { folder in
      // A name of its own, so that what is said of it names the run.
      let manifest = try manifest()
      let (run, _) = try unpack(into: folder.appendingPathComponent(manifest.run))
      return try body(run)
    }
  }
}
