namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>Tests that have a folder in which a manager may run a real daemon; without one they are skipped.</summary>
public abstract class ManagedKuboTest : IAsyncLifetime
{
    private ManagedKubo? _kubo;

    // Made by the test that wants it: what is thrown in a constructor skips no test.
    private protected ManagedKubo Kubo => _kubo ??= new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_kubo is not null)
            await _kubo.DisposeAsync();
    }
}
