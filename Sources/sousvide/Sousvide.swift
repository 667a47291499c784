import Foundation

/// The command `sousvide`.
@main
struct Sousvide {
  static let tool = CommandLineTool(
    name: "sousvide", summary: "reinforcement fine-tuning recipes, checked and run",
    version: "0.1.0",
    commands: [
      InitCommand.self, CheckCommand.self, FormatCommand.self, ExplainCommand.self,
      ResolveCommand.self,
      DiffCommand.self, LockCommand.self, PlanCommand.self, ScoreCommand.self, RunCommand.self,
      EvalCommand.self,
      WatchCommand.self, ReplayCommand.self, ReportCommand.self, SweepPlanCommand.self,
      SweepRunCommand.self,
      SweepShowCommand.self, SweepReportCommand.self,
      RunsCommand.self, RunsListCommand.self, RunsShowCommand.self, RunsRemoveCommand.self,
      RunsCollectCommand.self, CompareCommand.self, ExportCommand.self, DoctorCommand.self,
      BundleCreateCommand.self, BundleVerifyCommand.self, BundleDiffCommand.self,
      BundleInspectCommand.self,
      BundleImportCommand.self,
      JudgeCalibrateCommand.self, JudgeSampleCommand.self,
      ImportGraderCommand.self, LanguageServerCommand.self, SchemaCommand.self,
      CompletionsCommand.self, ClipWorldGenerateCommand.self,
    ],
    examples: [
      "sousvide init grpo", "sousvide check recipes/quickstart.yaml",
      "sousvide run recipes/quickstart.yaml",
    ])

  static func main() async {
    let words = Array(CommandLine.arguments.dropFirst())
    exit(await tool.run(words, on: .standard()).rawValue)
  }
}
