// swift-tools-version: 6.2
import PackageDescription

/// Instruction-set flags go to the kernel modules only; `-O` keeps them fast in debug builds too.
func instructionSet(_ march: String, _ extensions: String...) -> [SwiftSetting] {
  let flags = ["-march=\(march)", "-mprefer-vector-width=512"] + extensions.map { "-m\($0)" }
  return [.unsafeFlags(["-O"] + flags.flatMap { ["-Xcc", $0] })]
}

let package = Package(
  name: "Sousvide",
  products: [.executable(name: "sousvide", targets: ["sousvide"])],
  targets: [
    // System libraries, and the C lines that macros and variadics force on us.
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CShims"),
    .target(name: "CFFmpeg"),

    // Numeric inner loops: one set of bodies, built once per instruction set.
    .target(name: "Kernels", dependencies: ["CShims"], swiftSettings: [.unsafeFlags(["-O"])]),
    .target(
      name: "KernelsX86V3", dependencies: ["Kernels"], swiftSettings: instructionSet("x86-64-v3")),
    .target(
      name: "KernelsX86V4", dependencies: ["Kernels"], swiftSettings: instructionSet("x86-64-v4")),
    .target(
      name: "KernelsX86BF16", dependencies: ["Kernels", "CShims"],
      swiftSettings: instructionSet("x86-64-v4", "avx512bf16", "amx-tile", "amx-bf16")),

    .target(
      name: "TensorEngine",
      dependencies: ["Kernels", "KernelsX86V3", "KernelsX86V4", "KernelsX86BF16", "CShims"]),
    .target(name: "RecipeLanguage", dependencies: ["CYAML"]),
    .target(name: "LanguageServer", dependencies: ["RecipeLanguage"]),
    .target(name: "VideoInput", dependencies: ["CFFmpeg", "CShims"]),
    .target(
      name: "Models",
      dependencies: ["TensorEngine", "VideoInput", "CPCRE2", "CCrypto", "CShims"]),
    .target(name: "Rewards", dependencies: ["RecipeLanguage", "CZlib"]),
    .target(name: "Database", dependencies: ["CSQLite"]),
    .target(
      name: "Judges",
      dependencies: ["Rewards", "RecipeLanguage", "VideoInput", "Database", "CCrypto"]),
    .target(name: "Retrieval", dependencies: ["Rewards", "RecipeLanguage", "Database"]),
    .target(
      name: "TrainingGraph",
      dependencies: ["RecipeLanguage", "Rewards", "Models", "TensorEngine"]),
    .target(
      name: "Trainer",
      dependencies: [
        "TrainingGraph", "Rewards", "RecipeLanguage", "Models", "TensorEngine", "VideoInput",
      ]),
    .target(
      name: "Experiments",
      dependencies: [
        "Trainer", "TrainingGraph", "Rewards", "RecipeLanguage", "Models", "TensorEngine",
        "VideoInput", "Database", "CCrypto", "CArchive",
      ]),
    .target(name: "ClipWorld", dependencies: ["Rewards", "VideoInput", "RecipeLanguage"]),
    .executableTarget(
      name: "sousvide",
      dependencies: [
        "RecipeLanguage", "LanguageServer", "TensorEngine", "VideoInput", "Models", "Rewards",
        "Judges", "Retrieval", "TrainingGraph", "Trainer", "Experiments", "ClipWorld", "CShims",
      ]),

    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Kernels", "TensorEngine", "VideoInput", "Models", "TrainingGraph", "Trainer",
      ]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(
      name: "KernelsTests",
      dependencies: ["Kernels", "KernelsX86V3", "KernelsX86V4", "KernelsX86BF16"]),
    .testTarget(name: "TensorEngineTests", dependencies: ["TensorEngine", "TestSupport"]),
    .testTarget(
      name: "RecipeLanguageTests", dependencies: ["RecipeLanguage", "TestSupport"],
      exclude: ["Golden"]),
    .testTarget(
      name: "LanguageServerTests",
      dependencies: ["LanguageServer", "RecipeLanguage", "TestSupport"]),
    .testTarget(name: "VideoInputTests", dependencies: ["VideoInput", "TestSupport"]),
    .testTarget(
      name: "ModelsTests", dependencies: ["Models", "TensorEngine", "VideoInput", "TestSupport"]),
    .testTarget(name: "RewardsTests", dependencies: ["Rewards", "RecipeLanguage", "TestSupport"]),
    .testTarget(
      name: "JudgesTests",
      dependencies: [
        "Judges", "Database", "Rewards", "RecipeLanguage", "VideoInput", "TestSupport",
      ]),
    .testTarget(
      name: "RetrievalTests", dependencies: ["Retrieval", "Database", "Rewards", "TestSupport"]),
    .testTarget(
      name: "TrainingGraphTests", dependencies: ["TrainingGraph", "TestSupport"]),
    .testTarget(
      name: "TrainerTests", dependencies: ["Trainer", "ClipWorld", "Judges", "TestSupport"]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "Trainer", "TrainingGraph", "VideoInput", "Database", "TestSupport",
      ]),
    .testTarget(name: "ClipWorldTests", dependencies: ["ClipWorld", "TestSupport"]),
    .testTarget(name: "sousvideTests", dependencies: ["sousvide", "Trainer", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
