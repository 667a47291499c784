import CShims
import Glibc
import Kernels
import KernelsX86BF16
import KernelsX86V3
import KernelsX86V4

/// The instruction-set flags of a machine, and the kernels that run on it.
public struct Processor: Sendable {
  /// This machine.
  public static let current = Processor(report: readText("/proc/cpuinfo"))

  public let flags: Set<String>

  /// - Parameter report: text in the form of Linux' `/proc/cpuinfo`; the first `flags` line counts.
  public init(report: String) {
    let line = report.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init))
  }

  /// AVX-512 as the instruction-set level x86-64-v4 has it.
  public var hasX86V4: Bool {
    hasX86V3 && flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
  }

  /// AVX2 and FMA as the instruction-set level x86-64-v3 has them.
  public var hasX86V3: Bool {
    flags.isSuperset(of: ["avx", "avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"])
  }

  /// What to tell people before they wait for this processor; nil when there is nothing to tell.
  public var warning: String? {
    guard !kernels.fused else { return nil }
    return """
      this processor has no AVX2 and FMA: the \(kernels.name) kernels run, several times slower, and \
      results differ in their last bits from those of processors that have them
      """
  }

  /// The kernel sets that run here, best first; the baseline always does.
  public var kernelSets: [KernelSet] {
    (hasX86V4 ? [x86V4Kernels] : []) + (hasX86V3 ? [x86V3Kernels] : []) + [baselineKernels]
  }

  /// The best kernel set that runs here.
  public var kernels: KernelSet {
    hasX86V4 ? x86V4Kernels : hasX86V3 ? x86V3Kernels : baselineKernels
  }

  /// The numerics class of f32: processors of one class give the same bits.
  public var numericsClass: String { kernels.fused ? "fused" : "baseline" }

  /// The kernels for products of bfloat16 numbers that run here, best first; often none.
  public var pairKernels: [PairKernels] {
    guard hasX86V4, flags.contains("avx512_bf16") else { return [] }
    let hasTiles = flags.isSuperset(of: ["amx_tile", "amx_bf16"]) && Self.mayUseTiles
    return (hasTiles ? [x86TileKernels] : []) + [x86DotKernels]
  }

  /// Whether the system lets this process use tile registers; asked once.
  private static let mayUseTiles = request_tiles() == 0
}

/// The text of a file of the system, empty if there is none.
private func readText(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var text: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    text += buffer[0..<count]
  }
  return String(decoding: text, as: UTF8.self)
}
