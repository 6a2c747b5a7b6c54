using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Wanda.Ops.Tests.Web;

/// <summary>A browser that came in by a code leaves as one that came by the token does.</summary>
public sealed class LogOutTests(Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData("/login")]
    [InlineData("/wanda/login")]
    public async Task Where_there_is_no_token_too(string login)
    {
        await using var console = await TestConsole.StartAsync();
        var (page, faults) = await browser.OpenAsync(console.Address, 390);
        var logOut = page.GetByRole(AriaRole.Button, new() { Name = "Log out" });
        await Expect(page.Locator("nav")).ToBeVisibleAsync();
        await Expect(logOut).ToHaveCountAsync(0); // nothing to forget: it is open to this machine

        var invite = await new LoginCommand(console.Node.Catalogue, console.Node.Options, TimeProvider.System)
            .InviteAsync(mayOperate: true, default);
        await page.GotoAsync(new Uri(console.Address, $"{login}?code={invite.Code}").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the console" }).ClickAsync();
        await Expect(logOut).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(console.Address, login).ToString());
        await logOut.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(console.Address, login).ToString());
        await Expect(logOut).ToHaveCountAsync(0);
        await page.GotoAsync(console.Address.ToString());
        await Expect(page.Locator("nav")).ToBeVisibleAsync();
        await Expect(logOut).ToHaveCountAsync(0);
        Assert.Empty(faults);
        await page.Context.CloseAsync();
    }
}
