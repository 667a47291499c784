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

  /// What went into it besides its own file, for keeping: the files it extends, the overlays, and the
  /// arguments of the command line as `arguments.txt`.
  public var sources: [(name: String, text: String)] {
    files.filter { $0.path != file.path }.map { source in
      let isCommandLine = source.path == CommandLineText.path
      return (isCommandLine ? "arguments.txt" : Paths.name(source.path), source.text)
    }
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
