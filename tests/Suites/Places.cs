namespace Suites;

/// <summary>So many suites may run at a time. Who comes first is served first, also who is to be alone.</summary>
internal sealed class Places(int number)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _free = new(number);

    /// <summary>Does the work once there is a place for it, or, when it is to be alone, once nothing else is done.</summary>
    public async Task<T> TakeAsync<T>(bool alone, Func<Task<T>> work)
    {
        var taken = 0;
        try
        {
            // One after another: two that each hold a place and wait for the other's would wait for ever.
            await _turn.WaitAsync();
            try
            {
                for (; taken < (alone ? number : 1); taken++)
                    await _free.WaitAsync();
            }
            finally
            {
                _turn.Release();
            }

            return await work();
        }
        finally
        {
            if (taken > 0)
                _free.Release(taken);
        }
    }
}
