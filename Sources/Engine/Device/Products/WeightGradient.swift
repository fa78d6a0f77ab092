/// The gradients of a dense layer's weights and biases: dW = dᵀ·[x₁ x₂], db = Σ d over rows, with
/// d = dy ∘ f′(saved).
struct WeightGradient {
  let inputs: [Slice]
  let dy: Slice
  let saved: Value?
  let activation: Activation
  let dw, db: ReversePass.Contribution?
  let precision: ProductPrecision
}
