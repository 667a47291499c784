import Foundation

/// What a check of a bundle came to.
public struct BundleCheck: Sendable, Equatable {
  public enum Outcome: Sendable, Equatable {
    case verified
    /// It is not in the bundle, or needs more than the bundle.
    case notCheckable(String)
    case failed(String)
  }

  public var name: String
  public var outcome: Outcome
}

extension RunBundle {
  /// Every member against the manifest, the records against their own digests, and what is known by its
  /// digest only.
  ///
  /// - Throws: `BundleError` for what is no bundle, and for one that could do harm.
  public func verified() throws -> [BundleCheck] {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("sousvide-bundle")
    return try Self.withFolder(beside: place) { folder in
      var checks: [BundleCheck] = []
      let manifest = try extract(into: folder) { member, problem in
        checks.append(
          .init(name: member.path, outcome: problem.map { .failed($0) } ?? .verified))
      }
      checks += Self.records(of: folder)
      checks += manifest.references.map { reference in
        let reason =
          reference.role == .data
          ? "data are known by digest \(reference.sha256.prefix(12)) and made or read by who replays; "
            + "`bundle create --with-data` includes what is read from files"
          : "known by SHA-256 \(reference.sha256.prefix(12)); `bundle create --with-weights` includes it"
        return BundleCheck(name: reference.name, outcome: .notCheckable(reason))
      }
      return checks
    }
  }

  /// Every step of the trace and its metrics, by the digests that are recorded with it; every line of the
  /// other records by its form.
  private static func records(of folder: URL) -> [BundleCheck] {
    var checks: [BundleCheck] = []
    func check(_ name: String, _ body: () throws -> Void) {
      do {
        try body()
        checks.append(.init(name: name, outcome: .verified))
      } catch {
        let reason = "\(error)".replacingOccurrences(of: folder.path + "/", with: "")
        checks.append(.init(name: name, outcome: .failed(reason)))
      }
    }
    guard let run = try? RunDirectory.open(at: folder) else {
      return [
        .init(name: "chain of digests", outcome: .notCheckable("the recipe is missing"))
      ]
    }
    if FileManager.default.fileExists(atPath: run.url.appendingPathComponent(DataPlaces.path).path)
    {
      check("places of the data") { _ = try run.dataPlaces() }
    }
    if run.contains(.rollouts) { check("lines of the rollouts") { try run.forEachGroup { _ in } } }
    guard run.contains(.trace) else {
      return checks + [
        .init(name: "chain of digests", outcome: .notCheckable("the run has no trace"))
      ]
    }
    let trace: TraceFile
    do {
      trace = try TraceFile(run)
    } catch {
      check("chain of digests") { throw error }
      return checks
    }
    for stage in trace.stages where stage.steps > 0 {
      check("steps of stage \(stage.name)") {
        for step in 1...stage.steps { _ = try trace.recorded(step, of: stage.name) }
      }
    }
    return checks
  }
}
