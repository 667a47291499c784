import ClipWorld
import Judges
import RecipeLanguage
import Rewards
import TrainingGraph

extension Vocabulary {
  /// Every kind that this build knows: the one place where modules meet the language.
  static let standard = Vocabulary(
    rewards: RewardRegistry.standard.schemas, algorithms: Algorithms.schemas,
    judges: [OracleJudge.schema] + JudgeKinds.schemas,
    generators: [OracleGenerator.schema] + GeneratorKinds.schemas,
    data: [ClipWorldDataKind.schema, RecordsDataKind.schema],
    models: QwenModelKind.schemas, samplers: SamplerKinds.schemas)
}
