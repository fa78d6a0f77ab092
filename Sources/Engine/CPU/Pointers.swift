extension UnsafeMutableBufferPointer {
  /// The first element, of a buffer that is known to have one.
  var start: UnsafeMutablePointer<Element> { baseAddress.unsafelyUnwrapped }
}
