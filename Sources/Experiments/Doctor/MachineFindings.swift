import Foundation
import TensorEngine
import Trainer
import VideoInput

/// What this machine has, of what runs need.
public enum MachineFindings {
  /// The smallest that is no warning: what the quick start takes.
  static let comfortableBytes = 1 << 30

  /// - Parameter folder: where runs are to be written.
  public static func all(in folder: URL) -> [Finding] {
    [system, processor(.current, report: text("/proc/cpuinfo"))] + kernels(.current)
      + [openBLAS, memory(AvailableMemory.current()), disk(folder)] + media(.load())
  }

  static var system: Finding {
    let name = value(of: "PRETTY_NAME", in: text("/etc/os-release"), separator: "=")
    let version = ProcessInfo.processInfo.operatingSystemVersionString
    let kernel = text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
    let quoted = name.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
    return Finding("system", "\(quoted ?? version), Linux \(kernel)")
  }

  /// The instruction sets that kernels are chosen by.
  private static let relevant = [
    "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512_bf16", "amx_tile", "amx_bf16",
  ]

  static func processor(_ processor: Processor, report: String) -> Finding {
    let model = value(of: "model name", in: report, separator: ":") ?? "unknown"
    let flags = relevant.filter(processor.flags.contains)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return Finding(
      "processor",
      "\(model), \(cores) thread\(cores == 1 ? "" : "s"), "
        + (flags.isEmpty ? "no AVX2" : flags.joined(separator: " ")))
  }

  /// The kernels that are chosen, and which machines have the same bits.
  static func kernels(_ processor: Processor) -> [Finding] {
    let kernels = processor.kernels
    let pairs = processor.pairKernels.map(\.name)
    let native = pairs.isEmpty ? "none here" : pairs.joined(separator: ", ")
    return [
      Finding(
        "kernels", kernels.name, processor.warning == nil ? .ok : .warning,
        help: processor.warning),
      Finding(
        "numerics",
        "\(processor.numericsClass): "
          + (kernels.fused
            ? "equal bits on all processors with AVX2 and FMA"
            : "other last bits than on processors with AVX2 and FMA")
          + "; native bf16 products: \(native)"),
    ]
  }

  static var openBLAS: Finding {
    do {
      return Finding("OpenBLAS", "core \(try OpenBLAS.load().coreName)")
    } catch {
      return Finding(
        "OpenBLAS", "not loaded", help: "only `run: {matmul: openblas}` needs it: \(error)")
    }
  }

  static func memory(_ available: AvailableMemory?) -> Finding {
    guard let available else {
      return Finding(
        "memory", "unknown", .warning, help: "the system does not say how much is free")
    }
    let value = "\(ForecastText.bytes(available.bytes)) for a run (\(available.limit))"
    return available.bytes < comfortableBytes
      ? Finding("memory", value, .warning, help: "`sousvide plan` says what a recipe needs")
      : Finding("memory", value)
  }

  /// Whether a folder can be written, and what is left on its disk.
  static func disk(_ folder: URL) -> Finding {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else {
      return Finding(
        "disk", "'\(folder.path)' cannot be read", .failure, help: "go to a folder that is there")
    }
    let value = "\(ForecastText.bytes(free)) free in '\(folder.path)'"
    guard access(folder.path, W_OK) == 0 else {
      return Finding(
        "disk", value + ", which cannot be written", .failure,
        help: "go to another folder, or name one with --runs and --data")
    }
    return free < comfortableBytes
      ? Finding("disk", value, .warning, help: "`sousvide runs gc` removes what no run needs")
      : Finding("disk", value)
  }

  /// FFmpeg and the codecs that recipes need.
  static func media(_ libraries: MediaLibraries?) -> [Finding] {
    let packages = "install libavformat, libavcodec, libswscale and libavutil of FFmpeg 5 or later"
    guard let libraries else {
      return [
        Finding(
          "FFmpeg", MediaLibraries.failure ?? "not loaded", .failure,
          help: "\(packages): recipes with videos or pictures need them")
      ]
    }
    let decoders = MediaLibraries.Codec.allCases.filter { !libraries.decoders.contains($0) }
    let encoders = MediaLibraries.Codec.allCases.filter { !libraries.encoders.contains($0) }
    func names(_ codecs: [MediaLibraries.Codec]) -> String {
      codecs.map(\.rawValue).joined(separator: ", ")
    }
    func finding(
      _ name: String, _ missing: [MediaLibraries.Codec], _ status: Finding.Status, _ help: String
    ) -> Finding {
      missing.isEmpty
        ? Finding(name, names(MediaLibraries.Codec.allCases))
        : Finding(name, "no \(names(missing))", status, help: help)
    }
    return [
      Finding("FFmpeg", libraries.version),
      finding("decoders", decoders, .failure, packages),
      finding(
        "encoders", encoders, .warning,
        "without h264, ClipWorld renders MPEG-4 files, which are other data; without mjpeg, judges cannot be "
          + "shown frames"),
    ]
  }

  /// What follows a word in a file of lines.
  private static func value(of key: String, in text: String, separator: Character) -> String? {
    text.split(separator: "\n").lazy.map { $0.split(separator: separator, maxSplits: 1) }
      .first { $0.count == 2 && $0[0].trimmingCharacters(in: .whitespaces) == key }
      .map { $0[1].trimmingCharacters(in: .whitespaces) }
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
