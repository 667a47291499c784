/// A recipe without errors: every key typed, every name resolved, every default filled in.
public struct CheckedRecipe: Sendable {
  /// The file that was asked for.
  public let file: SourceFile
  /// That file, then the ones it extends and the prompts they name.
  public let files: [SourceFile]
  public let root: Record
  /// What this program lacks to run it; empty when it can.
  public let missing: [MissingCapability]
  /// The most that it can spend; nil without a budget.
  public let worstCase: WorstCase?
  /// What its sweep would run; nil without one.
  public let sweep: SweepPlan?

  /// What went into it besides its own file, for keeping: the files it extends, the overlays, its prompts, and
  /// the arguments of the command line, which have no path.
  public var sources: [(name: String, path: String?, text: String)] {
    files.filter { $0.path != file.path }.map { source in
      source.path == CommandLineText.path
        ? (source.path, nil, source.text) : (Paths.name(source.path), source.path, source.text)
    }
  }

  /// The same recipe where files lie elsewhere. Paths stay as they are written, and with them all digests.
  ///
  /// - Parameter place: where something is that the setting at a path names, and that the recipe has at
  ///   `resolved`.
  public func relocated(
    _ place: (_ setting: String, _ resolved: String) -> String
  ) -> CheckedRecipe {
    CheckedRecipe(
      file: file, files: files, root: root.relocated(place), missing: missing,
      worstCase: worstCase, sweep: sweep)
  }

  public var segments: [Record] { entries("segments") }
  public var judges: [Record] { entries("judges") }
  public var generators: [Record] { entries("generators") }
  public var rewards: [Record] { entries("rewards") }
  public var data: [Record] { entries("data") }
  public var stages: [Record] { entries("stages") }
  public var evaluations: [Record] { entries("eval") }
  /// One for every process, written or default.
  public var normalization: [Record] { entries("normalization") }

  /// The processes of the segments, in order of first use.
  public var processes: [String] {
    segments.reduce(into: []) { names, segment in
      if let name = segment.optionalString("process"), !names.contains(name) { names.append(name) }
    }
  }

  private func entries(_ section: String) -> [Record] {
    root.optionalRecord(section)?.records ?? []
  }
}
