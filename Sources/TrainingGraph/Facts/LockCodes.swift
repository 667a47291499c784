import RecipeLanguage

/// What can be wrong with the lock of a recipe.
public enum LockCodes {
  public static let changed = DiagnosticCode(
    7001, "lock-changed", "What a run depends on is not what the lock says.",
    Explanation(
      why: """
        The lock beside a recipe holds all that its results depend on: every setting with the defaults of \
        the edition, the texts of prompts, the tensors of the model, the tokenizer and what it makes of \
        tags and probe texts, records and media, judges, numerics and random numbers. Where one of them is \
        another, a run has other results, and nobody else's can be compared with it. `run --locked` \
        refuses it; `sousvide lock RECIPE` writes the lock anew where the change is meant.
        """))

  public static let missing = DiagnosticCode(
    7002, "no-lock", "The recipe has no lock.",
    Explanation(
      why: """
        `run --locked` and `lock --check` compare with the lock beside the recipe, which \
        `sousvide lock RECIPE` writes. It belongs in the repository with the recipe.
        """))

  public static let unreadable = DiagnosticCode(
    7003, "lock-unreadable", "The lock cannot be read, or was written by a newer program.",
    Explanation(
      why: """
        A lock is JSON, with the version of its layout in `schema`. One that a newer program wrote may hold \
        what this one does not know to compare, and one that was cut short says nothing.
        """))
}
