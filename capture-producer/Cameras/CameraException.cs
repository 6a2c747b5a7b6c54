namespace Wanda.CaptureProducer.Cameras;

/// <summary>The camera did not deliver a frame.</summary>
/// <param name="message">What happened and what to do, for an operator.</param>
/// <param name="innerException">The cause.</param>
public sealed class CameraException(string message, Exception? innerException = null) : Exception(message, innerException);
