import Foundation

/// Measures the engine and prints one JSON line per benchmark.
///
///     Benchmarks [NAME…] [--models FOLDER] [--threads N] [--operations] [--list]
///
/// A name is the beginning of a benchmark's name (`decode`, `grpo_step/tiny`); without one, all run that
/// need no model files. `--models` is a folder of model folders in the Hugging Face layout (`tiny-lm`,
/// `qwen05b-lm`, `tiny-vl`), so that a peer can be measured on the same files; without it the models
/// have the same shapes and random weights. `--operations` also prints where the time of a training step
/// goes, one line for each kind of operation.
@main
struct Benchmarks {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      let all = MachineBenchmarks.all + ProductBenchmarks.all + ModelBenchmarks.all
      if options.isList {
        for benchmark in all { print(benchmark.name) }
        return
      }
      let chosen = all.filter { benchmark in
        let exact = options.names.contains(benchmark.name)
        let isNamed = options.names.contains {
          benchmark.name.hasPrefix($0) && !all.map(\.name).contains($0)
        }
        return options.names.isEmpty ? !benchmark.isLarge : exact || isNamed
      }
      guard !chosen.isEmpty else { throw BenchmarkError("no benchmark has one of these names") }
      for benchmark in chosen {
        print(try benchmark.run(options).json(benchmark.name))
        fflush(nil)
      }
    } catch {
      FileHandle.standardError.write(Data("Benchmarks: \(error)\n".utf8))
      exit(2)
    }
  }
}

/// What was asked for on the command line.
struct Options {
  var names: [String] = []
  var models: URL?
  var threads = 2
  var isList = false
  /// Whether training steps also say where their time goes.
  var showsOperations = false

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--models":
        guard let folder = rest.popFirst() else { throw BenchmarkError("--models needs a folder") }
        models = URL(fileURLWithPath: folder)
      case "--threads":
        guard let count = rest.popFirst().flatMap(Int.init), count > 0 else {
          throw BenchmarkError("--threads needs a number above 0")
        }
        threads = count
      case "--list": isList = true
      case "--operations": showsOperations = true
      case _ where word.hasPrefix("-"): throw BenchmarkError("there is no option \(word)")
      default: names.append(word)
      }
    }
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// One thing to measure.
struct Benchmark: Sendable {
  let name: String
  /// Needs more memory or minutes than a run without names should.
  var isLarge = false
  let run: @Sendable (Options) throws -> Measurement
}
