import Testing

@testable import Reporting

@Suite struct HistoryTests {
  @Test("columns are found by their names")
  func columns() {
    let history = TrainingHistory(columns: ["epoch", "train_loss"], values: [[1, 2], [3, 0.5]])
    #expect(history["train_loss"] == [3, 0.5])
    #expect(history["validation_loss"] == nil)
  }
}
