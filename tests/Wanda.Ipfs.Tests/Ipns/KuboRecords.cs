namespace Wanda.Ipfs.Tests.Ipns;

/// <summary>
/// Records made by Kubo 0.43.1 (<c>ipfs key gen --type=…</c>, <c>ipfs name publish --lifetime=87600h --ttl=1m --key=… /ipfs/bafkqaaa</c>,
/// <c>ipfs name get</c>), valid until November 2036.
/// </summary>
internal static class KuboRecords
{
    public const string RsaName = "k2k4r8kr2vtakws4oufm12nnhlgpcvnxc7sfgpnoibmaqaeolx8oq2sk";

    public const string Secp256k1Name = "kzwfwjn5ji4push9nnhyyls1ce2u34mr1ecm84bjci615nlejt3igjgux7gac20";

    public static byte[] Rsa => Convert.FromBase64String(RsaText);

    public static byte[] Secp256k1 => Convert.FromBase64String(Secp256k1Text);

    private const string RsaText =
        "Cg4vaXBmcy9iYWZrcWFhYRKAAs7ZmIVGHLiJzo/deLhaE8Gi6ngJ/yEsxjmRTgaCTr7TIpDaP89NF/ZCJguclXNOKsk8NzJFAncGeBuOXI7yWBZLW3kjQrWa"
            + "dJuKeI+McbNsGqS9+jydKLk6sSSHqexbru0HM/nrN4/9lzbvKDcvFmSCiDWzby99XoILEeFJtBgDcmo+uehue0RQc0scceiTxoRKXTnEIFVScQsNApKL7y+f"
            + "+DQmtKVQK6TX9YiGAdKJlBEfDXeIq6PPiYqxQEzMEVvWHLFNUfh7sBfdJ7/GQG4UNr7W6LiMGfY/VeL9qCfeP//8O8QDqF64Oh2Hy0wBmKq7uDCrCOkBGDA9"
            + "Uhv2fysYACIeMjAzNi0xMS0yN1QxNzowNDowMy4yNDQxNzM4MzNaKAEwgLCdwt8BOqsCCAASpgIwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDj"
            + "89T0oBQfj1Gj47l7A/Rt4j0U7cmI4uh4Sz7eUTOm7P9r+Lkq2jjwUvoCzhmB3MiBOwx0ItVBetB0q2DqAMNQcOZCfDu44NfyM6/sSfKlNz/hVXungy/kkTXU"
            + "jcJIqeruBZB8ECbAhI1yvcdXr7D57Xh8f2E0v7OK9W1PoO6SpcpDBs4VPmYbhceMv4GnMBwND2+0VJUopchOGLRENYkKRqLaJ4HO5aYXRI1ORDxodKtCzGfT"
            + "BY+hJANz2A1deTwGrQUnTRLa0KTULlqvWSL9gO7dkcAWTY5m4GrhRxzZXsfBtL9eM++IhHJEp8IGTcPZytXZf3fozs9EUAkYUSCxAgMBAAFCgAKE/y+EFsWt"
            + "OBAu2NoIrFil20wKtvMgJSYc6nycSQdrzlfK8/SZOyb2atDwARO2OdSIF1jtPLYKKGLB8V8KnA7G4Xr17TN8xW5xrSOHp8C/gFgZXZ9PpJso4pXfAHKss0Dq"
            + "IVJvuI4M5eWmEdOrwJ7RJuGARWIGo7Y5AU1KTHPyX47f8nn3p697U+ovkbCMNagX/mvoVfySzwPf6Kme99sgjbctRLK233UrnjkAQnLHVZuuCJ9J79CUocaP"
            + "37MpwTFcVDkn6oIzm/eDYMhq1+GhXmdJbYF7epNXXQJY2nat8F6VkaocxwpaJecZuLuyAoODBTjyctsEOKmewCyP3wrVSmSlY1RUTBsAAAAN+EdYAGVWYWx1"
            + "ZU4vaXBmcy9iYWZrcWFhYWhTZXF1ZW5jZQFoVmFsaWRpdHlYHjIwMzYtMTEtMjdUMTc6MDQ6MDMuMjQ0MTczODMzWmxWYWxpZGl0eVR5cGUA";

    private const string Secp256k1Text =
        "Cg4vaXBmcy9iYWZrcWFhYRJGMEQCICXscgd5e2IF6xivGGcYRkP9ddxh9n35Ll8xJoBGto1ZAiB9WU5DWAFjyG44heP+V/XYXV6OJtPee/esWPflLmZIXRgA"
            + "Ih4yMDM2LTExLTI3VDE3OjA0OjA0Ljk0MzM5NzU3NFooADCAsJ3C3wFCRzBFAiEAm9ZgxUoaLGEmL7/Nths1ukJOTszqGzjSXpXjzHls2DMCICqJz0865CUZ"
            + "OJKYKj7TgbcrDJcU7iAuKf1xLVtElwVgSmSlY1RUTBsAAAAN+EdYAGVWYWx1ZU4vaXBmcy9iYWZrcWFhYWhTZXF1ZW5jZQBoVmFsaWRpdHlYHjIwMzYtMTEt"
            + "MjdUMTc6MDQ6MDQuOTQzMzk3NTc0WmxWYWxpZGl0eVR5cGUA";
}
