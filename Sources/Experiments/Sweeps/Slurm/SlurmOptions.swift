/// What jobs are to have, as `sbatch` is told.
public struct SlurmOptions: Sendable, Equatable {
  public var partition: String?
  public var account: String?
  /// The longest that a job takes, as Slurm writes it: `2:00:00`.
  public var time: String?
  /// Of a node: `16G`.
  public var memory: String?
  /// Processors of a job: the threads that compute.
  public var cpus: Int
  /// Tasks of an array that run at once; nil for as many as Slurm lets.
  public var parallel: Int?
  /// Further options of `sbatch`, a word each.
  public var words: [String]

  public init(
    partition: String? = nil, account: String? = nil, time: String? = nil, memory: String? = nil,
    cpus: Int, parallel: Int? = nil, words: [String] = []
  ) {
    self.partition = partition
    self.account = account
    self.time = time
    self.memory = memory
    self.cpus = cpus
    self.parallel = parallel
    self.words = words
  }

  /// What the launcher says itself, and nobody else may.
  public static let reserved = [
    "array", "dependency", "job-name", "parsable", "output", "error", "input", "wrap", "wait",
    "open-mode", "chdir", "test-only", "clusters", "kill-on-invalid-dep", "cpus-per-task",
  ]

  /// The reserved option that a word spells, long or short; nil for any other word.
  public static func reserved(_ word: String) -> String? {
    let short: [Character: String] = [
      "a": "array", "d": "dependency", "J": "job-name", "o": "output", "e": "error", "i": "input",
      "W": "wait", "D": "chdir", "M": "clusters", "c": "cpus-per-task",
    ]
    if word.hasPrefix("--") {
      let name = word.dropFirst(2).prefix { $0 != "=" }
      // Slurm takes the beginning of a name for the name.
      return name.isEmpty
        ? nil : reserved.first { $0 == name || $0.hasPrefix(name) && name.count >= 3 }
    }
    return word.dropFirst().first.flatMap { short[$0] }
  }

  var arguments: [String] {
    var arguments = ["--cpus-per-task=\(cpus)"]
    for (name, value) in [
      ("partition", partition), ("account", account), ("time", time), ("mem", memory),
    ] {
      if let value { arguments.append("--\(name)=\(value)") }
    }
    return arguments + words
  }
}
