import Experiments
import Foundation
import Synchronization

/// A run in progress as a page and its updates, for a server to hand out. What is not asked for is not drawn.
final class LiveRun: Sendable {
  private struct State: Sendable {
    var follower: RunFollower
    var snapshot: RunSnapshot
    /// What an update says now; nil until somebody asks.
    var text: String?
    var hasToldTheEnd = false
  }

  private let page: LivePage
  private let state: Mutex<State>

  init(_ follower: RunFollower, _ snapshot: RunSnapshot) {
    page = LivePage(follower.run)
    state = Mutex(State(follower: follower, snapshot: snapshot))
  }

  /// Takes over where the run stands now.
  func show(_ snapshot: RunSnapshot, of follower: RunFollower) {
    state.withLock { state in
      state.follower = follower
      state.snapshot = snapshot
      state.text = nil
    }
  }

  /// Whether somebody has been told how the run ended.
  var hasToldTheEnd: Bool { state.withLock { $0.hasToldTheEnd } }

  private static let updates = "/run.json"

  /// The page at `/` and its updates; nothing else is there.
  func document(at path: String) -> PageServer.Document? {
    switch path {
    case "/":
      let nonce = UUID().uuidString
      return PageServer.Document(
        type: "text/html", body: page.html(polling: Self.updates, nonce: nonce),
        policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
          + "script-src 'nonce-\(nonce)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      )
    case Self.updates: return .json(update())
    default: return nil
    }
  }

  private func update() -> String {
    state.withLock { state in
      if state.snapshot.outcome.isEnded { state.hasToldTheEnd = true }
      if let text = state.text { return text }
      let update = page.update(state.snapshot, of: state.follower)
      // Every number in it was read from JSON, so that there is none that JSON cannot hold.
      let text = (try? JSONOutput.line(update)) ?? "{}"
      state.text = text
      return text
    }
  }
}
