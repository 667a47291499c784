import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// Compares a recipe with the lock beside it.
struct RecipeLocking {
  let recipe: CheckedRecipe
  /// What the recipe's results depend on now.
  let now: RecipeLock

  var url: URL { RecipeLock.url(ofRecipe: recipe.file.path) }

  /// What is not as the lock says; nil where there is none that can be read.
  var changes: [RecipeLock.Change]? {
    (try? Data(contentsOf: url)).flatMap { try? RecipeLock($0) }?.changes(to: now)
  }

  /// An error for each fact that is not what the lock says, or one that says why it cannot be compared with.
  var problems: [Diagnostic] {
    guard let data = try? Data(contentsOf: url) else {
      return [
        Diagnostic(
          LockCodes.missing, "there is no `\(url.lastPathComponent)` beside the recipe", at: start,
          help: "write it with `sousvide lock \(recipe.file.path)`")
      ]
    }
    let lock: RecipeLock
    do throws(LockError) {
      lock = try RecipeLock(data)
    } catch {
      return [
        Diagnostic(
          LockCodes.unreadable, "\(error)", at: start,
          help: "use the program that wrote `\(url.lastPathComponent)`, or write it anew")
      ]
    }
    return lock.changes(to: now).map(diagnostic)
  }

  private var start: SourceSpan { recipe.root.span }

  private func diagnostic(_ change: RecipeLock.Change) -> Diagnostic {
    let what = "\(change.section.rawValue) `\(change.name)`"
    let message =
      switch (change.locked, change.now) {
      case (let locked?, let now?): "\(what) is `\(now)` and not `\(locked)`, as the lock says"
      case (let locked?, nil): "\(what) is gone, which the lock has as `\(locked)`"
      case (nil, let now): "\(what) is `\(now ?? "")`, of which the lock says nothing"
      }
    return Diagnostic(
      LockCodes.changed, message, at: recipe.span(ofPath: change.path),
      help: "where this is meant: `sousvide lock \(recipe.file.path)`", path: change.path)
  }
}
