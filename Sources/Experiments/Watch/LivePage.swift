import Foundation
import Models

/// The page of a run in progress: what its report will show of training and evaluations, drawn again whenever
/// there is something new.
public struct LivePage: Sendable {
  /// What the page asks for again and again, as JSON.
  public struct Update: Sendable, Encodable {
    public var snapshot: RunSnapshot
    /// Another one for any change of `html`.
    public var revision: String
    public var html: String
    /// Whether nobody works on the run: there is no need to ask again.
    public var isEnded: Bool
  }

  private let name: String

  public init(_ run: RunDirectory) { name = run.name }

  /// The page itself, without any numbers.
  ///
  /// - Parameters:
  ///   - path: where it asks for updates.
  ///   - nonce: what the browser is told that this page's script is known by.
  public func html(polling path: String, nonce: String) -> String {
    let script = HTML(stringLiteral: Self.script.replacing("UPDATES", with: path))
    return Page(
      title: name, styles: Self.css,
      masthead: """
        <header class="masthead"><nav><span class="wordmark">sousvide</span><span class="links" id="note" role="status">live</span></nav>
        <p class="eyebrow">Run in progress · \(name)</p></header>
        """,
      sections: ["<div id=\"live\"></div>"],
      footer: "<code>sousvide report</code> writes what stays.", script: (nonce, script)
    ).html.markup
  }

  /// What is to be shown now.
  ///
  /// - Parameter snapshot: what the follower's last update came to.
  public func update(_ snapshot: RunSnapshot, of follower: RunFollower) -> Update {
    let contents = ReportContents(
      name: name, summary: follower.summary, stages: ReportContents.stages(of: follower.steps),
      evaluations: snapshot.evaluations, intermediate: snapshot.intermediate)
    let results: HTML =
      snapshot.evaluations.isEmpty ? "" : ResultsSection(contents: contents).html
    let html: HTML = """
      \(LiveStatus(snapshot: snapshot).html)
      \(TrainingSection(contents: contents, palette: ProcessPalette(contents)).html)
      \(results)
      """
    return Update(
      snapshot: snapshot, revision: Digest.sha256(html.markup), html: html.markup,
      isEnded: snapshot.outcome.isEnded)
  }

  /// Asks once a second while there is somebody to answer, and replaces what is drawn when it is another.
  private static let script = """
    const live = document.getElementById('live'), note = document.getElementById('note');
    let revision = null;
    async function poll() {
      let wait = 1000;
      try {
        const answer = await fetch('UPDATES', {cache: 'no-store'});
        if (!answer.ok) throw new Error(answer.status);
        const run = await answer.json();
        if (run.revision !== revision) { revision = run.revision; live.innerHTML = run.html; }
        note.textContent = run.is_ended ? 'ended' : 'live';
        if (run.is_ended) return;
      } catch (error) {
        note.textContent = 'nobody answers: sousvide watch has ended';
        wait = 5000;
      }
      setTimeout(poll, wait);
    }
    poll();
    """

  private static let css: HTML = """
    .stages-live { margin: 28px 0 0; padding: 0; list-style: none; } .stages-live li { display: grid; grid-template-columns: minmax(90px, 160px) minmax(0, 1fr) 270px; gap: 4px 18px; align-items: center; padding: 9px 0; border-top: 1px solid var(--line); font-size: 15px; }
    .stages-live progress { width: 100%; height: 10px; accent-color: var(--accent); } .stages-live .quiet { font-size: 13px; } .stages-live .count { text-align: right; }
    #live h1 { margin-bottom: 6px; }
    @media (max-width: 640px) { .stages-live li { grid-template-columns: 1fr auto; } .stages-live progress { grid-column: 1 / -1; grid-row: 2; } }
    """
}
